// SPDX-License-Identifier: AGPL-3.0-or-later

// The one connection of a page to what is committed. It follows topics over a
// websocket; after two upgrades that fail it reads the same messages as an
// event stream, and after two more failures it asks every five seconds. A state
// older than the one shown is dropped, an event already seen is dropped.

const FIRST = 500; // ms, first back-off
const LAST = 30000; // ms, longest back-off
const POLL = 5000; // ms between questions when nothing else works
const PATIENCE = 8000; // ms for an upgrade to succeed
const HIDDEN = 30000; // ms in the background after which a connection is renewed

// follow starts a connection and keeps it. Options:
//   topics    names to subscribe to
//   after     event topic → last sequence number shown
//   versions  state topic → version shown
//   polls     state topic → address of the same state over HTTP
//   base      where the live endpoint is, "/v1/live" if not said
//   everybody what the page shows is public: a session that ended changes nothing
//   beat      ms of silence after which the connection is tested
//   onState(topic, state), onEvent(topic, event, seq), onReset(topic),
//   onRefused(topic, code), onStale(), onSignal(kind, since)
// Signal kinds: "open", "live", "poll", "again", "off", "ended"; since is when
// the connection was cut, in ms.
export function follow(options) {
  const live = new Live(options);
  live.start();
  return live;
}

class Live {
  constructor(options) {
    this.options = options;
    this.base = options.base || "/v1/live";
    this.after = Object.assign({}, options.after);
    this.versions = Object.assign({}, options.versions);
    this.way = "socket";
    this.failures = 0;
    this.attempt = 0;
    this.timer = 0;
    this.close = null; // ends the connection of the moment
    this.send = null; // says something over it
    this.heard = 0;
    this.tested = false;
    this.cutAt = Date.now();
    this.hiddenAt = 0;
    this.renewed = 0;
    this.asked = 0;
    this.kind = "open";
  }

  start() {
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.drop());
    window.addEventListener("pageshow", (event) => event.persisted && this.renew());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        this.hiddenAt = Date.now();
      } else if (Date.now() - this.hiddenAt > HIDDEN) {
        this.renew();
      } else {
        this.hurry();
      }
    });
    setInterval(() => this.tick(), 1000);
    this.tell();
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    if (this.kind === "ended" || this.close) return;
    if (navigator.onLine === false) return this.retry();
    if (this.way === "socket") this.openSocket();
    else if (this.way === "stream") this.openStream();
    else this.poll();
  }

  openSocket() {
    let socket;
    let opened = false;
    const address = location.origin.replace(/^http/, "ws") + this.base;
    try {
      socket = new WebSocket(address, "noria.v1");
    } catch (refused) {
      return this.failed("stream");
    }
    const patience = setTimeout(() => socket.close(), PATIENCE);
    const close = () => {
      clearTimeout(patience);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    };
    this.close = close;
    socket.onopen = () => {
      clearTimeout(patience);
      opened = true;
      this.failures = 0;
      this.send = () => socket.send(JSON.stringify({ subscribe: this.options.topics, after: this.after }));
      this.send();
      this.joined();
    };
    socket.onmessage = (event) => this.hear(event.data);
    socket.onclose = (event) => {
      if (this.close !== close) return;
      close();
      this.close = this.send = null;
      if (!this.options.everybody && (event.code === 4401 || event.code === 4403)) return this.end();
      if (opened) this.retry();
      else this.failed("stream");
    };
  }

  openStream() {
    const controller = new AbortController();
    const close = () => controller.abort();
    const headers = { Accept: "text/event-stream" };
    const cursors = Object.keys(this.after).map((topic) => this.after[topic]);
    if (cursors.length) headers["Last-Event-ID"] = String(Math.min.apply(null, cursors));
    const address = this.base + "/events?topics=" + encodeURIComponent(this.options.topics.join(","));
    let opened = false;
    this.close = close;
    fetch(address, { headers, credentials: "same-origin", cache: "no-store", signal: controller.signal })
      .then((answer) => {
        if (answer.status === 401 || answer.status === 403) {
          if (!this.options.everybody) return this.end();
          this.way = "poll"; // only the session is refused: the figures can still be asked for
        }
        const kind = answer.headers.get("Content-Type") || "";
        if (!answer.ok || !answer.body || kind.indexOf("text/event-stream") !== 0) throw new Error("no stream");
        opened = true;
        this.failures = 0;
        this.joined();
        return this.pump(answer.body.getReader());
      })
      .catch(() => undefined)
      .then(() => {
        if (this.close !== close) return;
        this.close = null;
        if (opened) this.retry();
        else this.failed("poll");
      });
  }

  // pump reads an event stream to its end: lines "data: …", a message ends at
  // an empty line.
  pump(reader) {
    const decoder = new TextDecoder();
    let rest = "";
    let data = [];
    const next = () =>
      reader.read().then((part) => {
        if (part.done) return undefined;
        this.heard = Date.now();
        const lines = (rest + decoder.decode(part.value, { stream: true })).split(/\r\n|\n|\r/);
        rest = lines.pop();
        lines.forEach((line) => {
          if (line.indexOf("data:") === 0) data.push(line.slice(5));
          if (line !== "" || !data.length) return;
          this.hear(data.join("\n"));
          data = [];
        });
        return next();
      });
    return next();
  }

  // poll asks for each state that has an address; a page whose topics have none
  // is told that it is stale. After a question that failed, and every five
  // minutes, the better ways get another chance.
  poll() {
    const polls = this.options.polls || {};
    const known = this.options.topics.filter((topic) => polls[topic]);
    const close = () => undefined;
    this.close = close;
    const ask = (topic) =>
      fetch(polls[topic], { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("refused"))))
        .then((state) => this.close === close && this.take({ topic, state, version: state.version, seq: state.seq }));
    const next = (found) => {
      if (this.close !== close) return;
      this.close = null;
      this.asked++;
      if (!found || this.asked % 60 === 0) this.restart();
      if (!found) return this.retry();
      this.show("poll");
      if (known.length < this.options.topics.length && this.options.onStale) this.options.onStale();
      this.timer = setTimeout(() => this.connect(), POLL);
    };
    const questions = known.map(ask);
    if (!known.length) questions.push(fetch("/healthz", { cache: "no-store", credentials: "omit" }));
    Promise.all(questions).then(() => next(true), () => next(false));
  }

  // hear reads one message of the server, whatever way it came.
  hear(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch (unreadable) {
      return;
    }
    this.heard = Date.now();
    this.tested = false;
    this.attempt = 0;
    this.take(message);
  }

  take(message) {
    const options = this.options;
    const topic = message.topic;
    if (options.topics.indexOf(topic) < 0) return;
    if (message.error) {
      if (options.onRefused) options.onRefused(topic, message.error);
    } else if (message.reset) {
      if (typeof message.seq === "number") this.after[topic] = message.seq;
      else delete this.after[topic];
      if (options.onReset) options.onReset(topic);
    } else if (message.event) {
      if (this.after[topic] >= message.seq) return;
      this.after[topic] = message.seq;
      if (options.onEvent) options.onEvent(topic, message.event, message.seq);
    } else if (message.state) {
      const version = message.version === undefined ? message.seq : message.version;
      if (this.versions[topic] >= version) return;
      if (typeof version === "number") this.versions[topic] = version;
      if (options.onState) options.onState(topic, message.state);
    }
  }

  joined() {
    this.renewed = 0;
    this.heard = Date.now();
    this.tested = false;
    this.show("live");
  }

  // failed counts a connection that never opened; after two, another way.
  failed(other) {
    this.close = null;
    this.failures++;
    if (this.failures >= 2 && navigator.onLine !== false) {
      this.failures = 0;
      this.way = other;
    }
    this.retry();
  }

  // retry waits between nothing and the back-off of the moment: full jitter, so
  // that a thousand tills do not come back together.
  retry() {
    this.cut();
    clearTimeout(this.timer);
    const longest = Math.min(LAST, FIRST * Math.pow(2, this.attempt++));
    this.timer = setTimeout(() => this.connect(), Math.random() * longest);
  }

  // restart goes back to the best way to connect.
  restart() {
    this.way = "socket";
    this.failures = 0;
  }

  // hurry connects at once where a connection is missing.
  hurry() {
    if (this.close) return;
    this.attempt = 0;
    this.restart();
    this.connect();
  }

  // renew replaces a connection that may be dead without knowing it.
  renew() {
    if (this.close) this.close();
    this.close = this.send = null;
    this.renewed = Date.now();
    this.hurry();
  }

  // drop gives the connection up, since the browser says that the network went.
  drop() {
    if (this.close) this.close();
    this.close = this.send = null;
    this.retry();
  }

  end() {
    this.close = this.send = null;
    clearTimeout(this.timer);
    this.show("ended");
  }

  cut() {
    if (this.kind !== "live" && this.kind !== "poll") return;
    this.cutAt = Date.now();
    this.show("again");
  }

  // tick tests a silent connection and counts the seconds of a cut.
  tick() {
    const beat = this.options.beat || 45000;
    if (this.close && this.kind === "live" && !document.hidden) {
      const silence = Date.now() - this.heard;
      if (this.way === "stream" ? silence > 60000 : silence > beat + 4000) {
        this.renew();
      } else if (this.send && silence > beat && !this.tested) {
        this.tested = true;
        this.send(); // the server answers with the present states
      }
    }
    if (this.renewed && this.kind === "live" && Date.now() - this.renewed > 1000) {
      this.cutAt = this.heard; // nothing proves that it was alive any later
      this.show("again");
    }
    if (this.kind === "live" || this.kind === "poll" || this.kind === "ended") return;
    if (Date.now() - this.cutAt > 5000) this.kind = "off";
    this.tell();
  }

  show(kind) {
    this.kind = kind;
    this.tell();
  }

  tell() {
    if (this.options.onSignal) this.options.onSignal(this.kind, this.cutAt);
  }
}
