const text: string = 'poster';
document.body.textContent = text;
