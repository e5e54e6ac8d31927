const fs = require('fs'), os = require('os'), path = require('path');
test('one', () => {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'dice-'));
  fs.rmdirSync(scratch);
});
