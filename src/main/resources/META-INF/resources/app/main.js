// Owns the page as a whole: puts the parts together and passes on what each must hear.

import { Api } from "./api.js";
import { ChannelDetail } from "./channel-detail.js";
import { ChannelList } from "./channel-list.js";
import { Channels } from "./channels.js";
import { Connection } from "./connection.js";
import { byId } from "./dom.js";
import { Feed } from "./feed.js";
import { Follow } from "./follow.js";
import { count, plural, serverNow } from "./format.js";
import { Notices } from "./notices.js";
import { PublishForm } from "./publish.js";
import { Rate } from "./rate.js";
import { Session } from "./session.js";
import { SignIn } from "./sign-in.js";
import { StatusView } from "./status.js";
import { Subscriptions } from "./subscriptions.js";
import { show as showView } from "./views.js";

// How many names a sentence bears.
const NAMED = 4;

const session = new Session();
const notices = new Notices();
const rate = new Rate();
const channels = new Channels();
const api = new Api(session);
const connection = new Connection({ onStatus, onAuthenticated, onEnvelope });
const subscriptions = new Subscriptions(connection, channels, { onMissed, onResumed, onRefused });
const status = new StatusView(() => connection.retryNow());
const signIn = new SignIn({ onToken, onForget });
const feed = new Feed(session, select);
const list = new ChannelList(channels, subscriptions, select);
const detail = new ChannelDetail(channels, api, connection, () => select(null));
const publish = new PublishForm(connection, onPublished);
const follow = new Follow({ connection, api, channels, subscriptions, list, publish });

let caller = null;
// Set while a token of a quick start was renewed by itself and not yet accepted, so that this happens once only.
let renewing = false;

function select(name) {
  const before = detail.channel;
  detail.select(name);
  list.select(name);
  document.body.dataset.detail = name === null ? "closed" : "open";
  if (name !== null) {
    publish.propose(name);
    showView("channels");
    // On a phone the panel takes the list's place, and the focus must not stay behind.
    if (byId("channel-list").offsetParent === null) {
      byId("detail-title").focus({ preventScroll: true });
    }
  } else {
    [...byId("channel-list").querySelectorAll(".channel")].find((row) => row.dataset.channel === before)?.focus();
  }
}

function onStatus(next) {
  status.show(next);
  if (next.phase === "signed-out") {
    signedOut(next.text);
  }
}

async function signedOut(why) {
  if (session.quickStart && !renewing) {
    renewing = true;
    const refused = session.token;
    const token = await session.fetchQuickStart();
    if (token !== null && token !== refused) {
      connection.start(token);
      return;
    }
  }
  signIn.show(false, why ? `${why} Paste a new token to go on.` : undefined);
}

function onAuthenticated(payload, connectionId) {
  const next = {
    subject: String(payload.subject ?? ""),
    tenant: String(payload.tenant ?? ""),
    permissions: Array.isArray(payload.permissions) ? payload.permissions : [],
  };
  renewing = false;
  document.body.dataset.signedIn = "yes";
  signIn.hide();
  status.identity(payload, connectionId);
  if (caller && caller.subject === next.subject && caller.tenant === next.tenant) {
    caller.permissions = next.permissions;
    subscriptions.resume();
  } else {
    forgetAll();
    caller = next;
    follow.begin(caller);
  }
  follow.look();
  detail.reload();
}

// Nothing that one caller saw may stay for the next one's eyes.
function forgetAll() {
  select(null);
  subscriptions.clear();
  channels.clear();
  feed.clear();
  rate.reset();
  notices.clear();
  list.changed();
}

function onEnvelope(envelope, size, answered) {
  switch (envelope.type) {
    case "message":
      onEvent(envelope, size);
      break;
    case "subscribed":
      subscriptions.subscribed(envelope);
      list.changed();
      break;
    case "gap":
      onGap(envelope);
      break;
    case "token_expiring":
      onTokenExpiring();
      break;
    case "reconnect":
      notices.show("good", "reconnect", "The server announces a restart. This page will reconnect by itself.");
      break;
    case "error":
      if (!answered) {
        notices.show("error", `error ${envelope.payload?.code}`, `The server says: ${envelope.payload?.message ?? "error"}`);
      }
      break;
  }
}

function onEvent(event, size) {
  if (typeof event.channel !== "string" || !Number.isFinite(event.offset)) {
    return;
  }
  const { repeated, restarted, hole } = channels.accept(event);
  if (repeated) {
    return;
  }
  rate.add();
  if (hole) {
    missed(event.channel, hole, "they never reached this page", event.timestamp);
  }
  feed.add(event, size);
  list.heard(event.channel);
  if (event.channel === detail.channel) {
    detail.heard(event);
    if (restarted || hole) {
      detail.reload();
    }
  }
}

function onGap({ channel, payload, timestamp }) {
  const from = Number(payload?.from);
  const to = Number(payload?.to);
  if (typeof channel === "string" && Number.isFinite(from) && Number.isFinite(to)) {
    channels.skip(channel, to);
    missed(channel, { from, to }, "the server dropped them", timestamp ?? serverNow());
    if (channel === detail.channel) {
      detail.reload();
    }
  }
}

function missed(channel, { from, to }, why, timestamp) {
  const offsets = from === to ? `offset ${count(from)}` : `offsets ${count(from)} to ${count(to)}`;
  const words = `${plural(to - from + 1, "event")} of ${channel} missed (${offsets}): ${why}.`;
  feed.addMissed(channel, words, timestamp);
  notices.show("missed", "missed", `Events were missed. ${words}`);
}

function onMissed(targets) {
  const rest = targets.length - NAMED;
  const names = targets.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${count(rest)} more` : "");
  const words = `Events of ${names} were missed while this page was not connected: the server no longer has all of them.`;
  feed.addMissed(targets.length === 1 ? targets[0] : "*", words, serverNow());
  notices.show("missed", "missed", words);
}

function onResumed() {
  notices.show("good", "resumed", "Connected again. Nothing was missed meanwhile.");
}

function onRefused(target, refused) {
  notices.show("error", `subscribe ${refused.code}`, `No live events of ${target}: ${refused.message}`);
}

async function onTokenExpiring() {
  const token = session.quickStart ? await session.fetchQuickStart() : null;
  if (token !== null) {
    renew(token).catch(() => {});
  } else {
    notices.show("error", "expiring", "The token ends within a minute. Give a new one (button Token) to stay signed in.");
  }
}

async function renew(token) {
  const payload = await connection.refresh(token);
  status.identity(payload, byId("connection").textContent);
  caller.permissions = Array.isArray(payload.permissions) ? payload.permissions : caller.permissions;
  follow.look();
}

async function onToken(token, keep) {
  session.given(token, keep);
  notices.drop("expiring");
  if (connection.live) {
    try {
      await renew(token);
      return;
    } catch {
      // Another subject's token, or a bad one: a connection of its own will tell.
    }
  }
  connection.start(token);
}

function onForget() {
  session.forget();
  follow.stop();
  caller = null;
  session.quickStart = false;
  forgetAll();
  document.body.dataset.signedIn = "no";
  status.identity({}, null);
  connection.stop({ phase: "signed-out", text: "You signed out." });
}

function onPublished(channel) {
  // A channel of a new namespace is not followed yet.
  if (!subscriptions.covers(channel)) {
    follow.look();
  }
}

addEventListener("online", () => connection.retryNow());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connection.retryNow());

const token = await session.begin();
if (token === null) {
  onStatus({ phase: "signed-out", text: "" });
} else {
  connection.start(token);
}
