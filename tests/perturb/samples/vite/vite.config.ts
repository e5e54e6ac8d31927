const outDir: string = 'out';
export default { build: { outDir } };
