// Reads an AsyncAPI document from a file and prints what it says, a line each, its parts with tabs between:
//
//   wrong    where                why
//   address  address of a channel
//   header   name of an example   header    type    value
//   payload  name of an example   JSON
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const say = (...parts) => console.log(parts.join('\t'));

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
diagnostics.filter(({ severity }) => severity === 0).forEach(({ message, path }) => say('wrong', path.join('.'), message));
document?.allChannels().all().forEach((channel) => say('address', channel.address()));
document?.allMessages().all().flatMap((message) => message.examples().all()).forEach((example) => {
  Object.entries(example.headers() ?? {}).forEach(([name, value]) =>
    say('header', example.name(), name, typeof value, value));
  if (example.payload() !== undefined) {
    say('payload', example.name(), JSON.stringify(example.payload()));
  }
});
