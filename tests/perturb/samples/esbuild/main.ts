import { area } from './area';
console.log(area(2));
