// Asks Atalaya for the top of a list and for the next cycle, over its event bus; nothing but Node's own library.
//
//     node probe.mjs HOST PORT ADDRESS JSON WATCHED
import { connect } from "node:net";

const [host, port, address, body, watched] = process.argv.slice(2);
const token = process.env.ATALAYA_BRIDGE_TOKEN;
const connection = connect(Number(port), host);

function send(frame) {
  const text = Buffer.from(JSON.stringify({ ...frame, headers: token ? { token } : {} }));
  const length = Buffer.alloc(4);
  length.writeInt32BE(text.length);
  connection.write(Buffer.concat([length, text]));
}

async function* frames() {
  let pending = Buffer.alloc(0);
  for await (const chunk of connection) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0);
      yield JSON.parse(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
  }
}

send({ type: "send", address, replyAddress: "answer", body: JSON.parse(body) });
send({ type: "register", address: watched });
const missing = new Set(["answer", watched]);
for await (const frame of frames()) {
  if (frame.type === "err") {
    console.error(frame.message);
    process.exit(1);
  }
  if (missing.delete(frame.address)) console.log(JSON.stringify(frame.body));
  if (missing.size === 0) break;
}
connection.end();
