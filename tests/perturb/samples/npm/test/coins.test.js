const test = require('node:test'), assert = require('assert');
test('quarters', () => assert.strictEqual(require('coins')(60), 2));
