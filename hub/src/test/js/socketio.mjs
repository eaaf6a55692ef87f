// Drives npm's socket.io-client and prints what it hears, a line an event: node socketio.mjs URL OPTIONS
// Lines on its input: `emit NAME JSON` prints the acknowledgement, `bytes NAME` sends bytes, `cut` breaks the
// connection.
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const socket = io(process.argv[2], { reconnectionDelay: 100, reconnectionDelayMax: 500, ...JSON.parse(process.argv[3]) });
const print = (...words) => console.log(words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));

socket.io.on('open', () => socket.io.engine.on('upgrade', (transport) => print('upgrade', transport.name)));
socket.on('connect', () => print('connect', socket.io.engine.transport.name, `recovered=${Boolean(socket.recovered)}`));
socket.on('connect_error', (error) => print('refused', error.message, error.data ?? {}));
socket.on('disconnect', (reason) => print('disconnect', reason));
socket.on('event', (event, where, ...rest) => {
  const bytes = Buffer.isBuffer(event.data);
  const data = bytes ? JSON.parse(event.data.toString()) : event.data;
  print('event', event.id, `bytes=${bytes}`, `temperature=${data.temperature}`, where.token, rest.length);
});
for (const name of ['position', 'gap', 'dropped', 'end']) {
  socket.on(name, (what, where) => print(name, what, where));
}

const acknowledged = (name, ...sent) =>
  socket.timeout(30000).emitWithAck(name, ...sent).then((answer) => print('ack', name, answer), (error) => print('no ack', name, error.message));
const commands = {
  emit: (name, ...json) => acknowledged(name, ...(json.length ? [JSON.parse(json.join(' '))] : [])),
  bytes: (name) => acknowledged(name, Buffer.from([1, 2, 250])),
  cut: () => socket.io.engine.close(),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ').filter((word) => word);
  commands[command](...words);
});
