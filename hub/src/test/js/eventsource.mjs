// Prints what npm's eventsource hears, a line an event: node eventsource.mjs URL
import { EventSource } from 'eventsource';

const source = new EventSource(process.argv[2]);
for (const type of ['sample', 'edge', 'dropped']) {
  source.addEventListener(`io.pinstream.${type}.v1`, (event) => console.log('event', JSON.parse(event.data).id));
}
for (const type of ['position', 'gap', 'dropped', 'end']) {
  source.addEventListener(type, (event) => console.log(type, event.data));
}
source.onerror = (error) => console.log('lost', error.message ?? '', source.readyState);
