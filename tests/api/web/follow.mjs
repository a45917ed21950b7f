// Follows a task by watch.js and npm's EventSource, with a token: `node follow.mjs BASE TOKEN TASK` → JSON on stdout.
import { EventSource } from "eventsource";
import { watchTask } from "./watch.mjs";

const [base, token, task] = process.argv.slice(2);
const signed = (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });

class SignedEventSource extends EventSource {
  constructor(url) {
    super(url, { fetch: signed });
  }
}

const events = [];
const states = [];
watchTask(task, {
  base,
  fetch: signed,
  eventSource: SignedEventSource,
  onEvent: (event) => {
    events.push(event);
    if (event.type === "step.started") process.stderr.write("step\n");
  },
  onState: (state) => {
    states.push(state);
    if (state === "ended" || state === "refused") process.stdout.write(JSON.stringify({ events, states }));
  },
});
