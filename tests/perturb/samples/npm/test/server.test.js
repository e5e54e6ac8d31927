const test = require('node:test'), http = require('http');
test('a server answers', (t, done) => {
  const server = http.createServer((request, response) => response.end('ok'));
  server.listen(0, 'localhost', () =>
    http.get({ port: server.address().port, host: 'localhost' }, (answer) => {
      answer.resume();
      server.close(done);
    }));
});
