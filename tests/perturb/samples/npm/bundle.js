const { execFileSync } = require('child_process');
require('fs').writeFileSync('bundle.out', execFileSync(process.execPath, ['-p', "require('coins')(100)"]));
