// Follows the tasks `0-n` … `LAST-n` of a recording by watch.js and npm's EventSource → JSON of those not as `t`'s rows.
import { EventSource } from "eventsource";
import { watchTask } from "./watch.mjs";

const [base, last] = process.argv.slice(2);

const follow = (id) =>
  new Promise((resolve) => {
    const seqs = [];
    watchTask(id, {
      base,
      eventSource: class extends EventSource {}, // one class a watch: they are to have streams of their own
      onEvent: (event) => seqs.push(event.seq),
      onState: (state) => ["ended", "refused"].includes(state) && resolve(`${state} ${seqs}`),
    });
  });

const whole = await follow("t");
const wrong = [];
let next = 0;
const lane = async () => {
  for (let offset; (offset = next++) <= Number(last); ) {
    const seen = await follow(`${offset}-n`);
    if (seen !== whole) wrong.push([offset, seen]);
  }
};
await Promise.all([lane(), lane(), lane()]);
process.stdout.write(JSON.stringify({ whole, wrong }));
