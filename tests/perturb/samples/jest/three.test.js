const fs = require('fs'), os = require('os'), path = require('path');
test('three', () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'dice-'));
  fs.rmdirSync(scratch);
});
