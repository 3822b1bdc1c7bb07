// Live output of a run, over server-sent events. Without it the page says where the output is.
"use strict";
(() => {
  const errors = document.getElementById("brig-errors");
  if (errors) {
    errors.focus();
  }
  const state = document.getElementById("brig-state");
  const output = document.getElementById("brig-output");
  const address = state && state.dataset.events;
  if (!address || !output || !window.EventSource) {
    return;
  }
  const events = new EventSource(address);
  events.addEventListener("output", (event) => {
    const stays = window.innerHeight + window.scrollY >= document.body.scrollHeight - 40;
    // Text, and never more than text.
    output.append(document.createTextNode(JSON.parse(event.data)));
    if (stays) {
      window.scrollTo(0, document.body.scrollHeight);
    }
  });
  events.addEventListener("state", (event) => {
    state.textContent = JSON.parse(event.data);
  });
  events.addEventListener("end", () => {
    events.close();
    window.location.reload();
  });
})();
