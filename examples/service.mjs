// @ts-check
// New records over HTTP: node service.mjs <model folder> [port], then GET /?rows=100&seed=1 gives JSON Lines. A client that leaves ends its stream.
import { createServer } from 'node:http';
import { loadModel, sample, toJsonLines } from 'rx-augment';
import { defer } from 'rxjs';

const [folder = 'model', port = '0'] = process.argv.slice(2);
const model = await loadModel(folder);
const release = model.retain(); // Threads stay between requests: to start them takes longer than most answers.

const server = createServer((request, response) => {
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const options = { seed: Number(asked.get('seed')) };
  const began = performance.now();
  // With defer, what sample throws at once is an error of the stream like any other.
  defer(() => sample(model, Number(asked.get('rows') ?? 10), options))
    .pipe(toJsonLines(response, { end: false }))
    .subscribe({
      next: ({ rows }) => {
        response.end();
        console.log(`${rows} rows in ${(performance.now() - began).toFixed(1)} ms`);
      },
      error: (error) => {
        if (!response.headersSent) response.writeHead(error instanceof RangeError ? 400 : 500);
        response.end(`${error.message}\n`);
      },
    });
});
server.listen(Number(port), () => console.log(`listening on ${JSON.stringify(server.address())}`));
process.once('SIGTERM', () => {
  release();
  server.close();
});
