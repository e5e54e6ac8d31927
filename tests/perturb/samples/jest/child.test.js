const { execFileSync } = require('child_process');
test('child', () => expect(String(execFileSync(process.execPath, ['-p', '6']))).toBe('6\n'));
