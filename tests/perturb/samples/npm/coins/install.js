const fs = require('fs'), os = require('os'), path = require('path');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'coins-'));
fs.writeFileSync(path.join(scratch, 'x'), 'x');
fs.copyFileSync(path.join(scratch, 'x'), 'installed');
fs.rmSync(scratch, { recursive: true });
