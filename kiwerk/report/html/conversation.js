// Draws one case with its two conversations. Everything that was said is put in as text, never as mark-up.
"use strict";

const make = (name, properties, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return node;
};

const drawConversation = (() => {
  const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const argumentsOf = (call) => Object.entries(call.arguments ?? {}).map(([name, value]) =>
    make("div", { class: "argument" }, make("span", { class: "soft" }, `${name} `), asText(value)));

  const drawChange = (change) => {
    const [sign, word] = { set: ["=", "sets"], append: ["+", "adds to"], remove: ["−", "removes from"] }[change.action];
    return make("div", { class: "state" },
      make("span", { class: "sign", "aria-label": word }, sign), ` ${change.path} `, make("span", { class: "soft" }, asText(change.value)));
  };

  const drawCall = (call) => make("div", { class: call.outcome === "error" ? "call broken" : "call" },
    make("div", null, make("b", null, call.operation), make("span", { class: "soft", "aria-label": " outcome " }, " → "),
      make("span", { class: "outcome" }, call.outcome), call.fault ? ` (${call.fault})` : ""),
    argumentsOf(call),
    (call.changes ?? []).map(drawChange));

  const drawScore = (score) => make("div", { class: score.severity === "warn" ? "score warn" : "score" },
    make("b", null, score.status === "errored" ? "! " : "✗ ", score.name), ` ${score.message}`,
    (score.reasons ?? []).map((reason) => make("div", { class: "soft" }, reason)),
    score.place ? make("div", { class: "mono soft" }, score.place) : "");

  const measuresOf = (turn) => {
    const found = [];
    if (turn.latency_seconds !== undefined) found.push(`${turn.latency_seconds.toFixed(2)} s`);
    if (turn.usage) found.push(`${turn.usage.input_tokens ?? 0} + ${turn.usage.output_tokens ?? 0} tokens`);
    if (turn.attempts > 1) found.push(`${turn.attempts} attempts`);
    return found.join(" · ");
  };

  // Words that the other side does not have are marked: the longest common sequence, where it is found at once.
  const MOST = 400_000;
  const split = (text) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
  const markWords = (text, other) => {
    const [a, b] = [split(text), split(other)];
    if (!b.length || a.length * b.length > MOST) return [text];
    const width = b.length + 1;
    const common = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
      }
    }
    const runs = [];
    const add = (word, isOwn) => {
      const last = runs.at(-1);
      if (last && last.isOwn === isOwn) last.text += word;
      else runs.push({ text: word, isOwn });
    };
    for (let i = 0, j = 0; i < a.length;) {
      if (j < b.length && a[i] === b[j]) {
        add(a[i++], false);
        j++;
      } else if (j < b.length && common[i * width + j + 1] >= common[(i + 1) * width + j]) j++;
      else add(a[i++], true);
    }
    return runs.map((run) => (run.isOwn && run.text.trim() ? make("mark", null, run.text) : run.text));
  };

  const drawSide = (name, turns, other, events, scores, isOver) => {
    if (isOver) return make("div", { class: `side ${name}` }, make("p", { class: "soft small" }, "The conversation was over."));
    const calls = (turns ?? []).flatMap((turn) => turn.calls ?? []);
    const margin = calls.length || events?.length
      ? make("div", { class: "margin" }, calls.map(drawCall), (events ?? []).map((event) => make("div", { class: "event" }, event)))
      : "";
    const otherWords = (other ?? []).map((turn) => turn.text).join("\n");
    const words = (turns ?? []).filter((turn) => turn.text).map((turn) => make("p", { class: "said" }, markWords(turn.text, otherWords)));
    const measures = (turns ?? []).map(measuresOf).filter(Boolean).join(" · ");
    return make("div", { class: `side ${name}` },
      make("span", { class: "side-label" }, name),
      margin,
      make("div", { class: "words" },
        words.length ? words : make("p", { class: "soft small" }, "Says nothing."),
        measures ? make("p", { class: "measures number" }, measures) : "",
        (scores ?? []).map(drawScore)));
  };

  const drawUser = (turn, isAlone) => {
    const { user_base: base, user_head: head } = turn;
    if (base === undefined && head === undefined) return "";
    if (base === head || isAlone) return make("div", { class: "user" }, make("span", { class: "sr" }, "User: "), make("p", { class: "said" }, head ?? base));
    return make("div", { class: "user apart" }, [["base", base], ["head", head]].map(([name, text]) =>
      make("div", null, make("span", { class: "side-label" }, name),
        text === undefined ? make("p", { class: "soft small" }, "Nothing more.") : make("p", { class: "said" }, text))));
  };

  const drawTurn = (turn, shown, address) => {
    const number = turn.number ?? 0;
    const isFirst = shown.diverges !== undefined && number === shown.diverges;
    const isOver = (side) => number > 0 && shown[side] !== undefined && turn[`user_${side}`] === undefined && !(turn[side] ?? []).length;
    const kind = ["turn", turn.differs && "differs", isFirst && "first"].filter(Boolean).join(" ");
    return make("li", { class: kind, "data-turn": number, tabindex: "-1" },
      make("div", { class: "gutter" },
        make("a", { href: address(number), class: number ? null : "opening", "aria-label": number ? `Turn ${number}` : "Opening" }, number || "·"),
        isFirst ? make("span", { class: "tag bad" }, "first difference") : ""),
      drawUser(turn, shown.base === undefined || shown.head === undefined),
      ["base", "head"].filter((side) => shown[side] !== undefined).map((side) =>
        drawSide(side, turn[side], turn[side === "base" ? "head" : "base"], turn[`passed_${side}`], turn[`failed_${side}`], isOver(side))));
  };

  const drawHead = (side, shown) => make("div", { class: `side ${side}` },
    make("b", null, side), " ", make("span", { class: `tag ${shown[`${side}_status`] === "passed" ? "good" : "bad"}` }, shown[`${side}_status`] ?? ""),
    make("div", { class: "mono small soft" }, `kiwerk show ${shown[side].slice(0, 12)}`),
    shown[`${side}_reason`] ? make("div", { class: "score" }, `! ${shown[`${side}_reason`]}`) : "",
    (shown[`whole_${side}`] ?? []).map(drawScore));

  return (shown, address) => {
    const sides = ["base", "head"].filter((side) => shown[side] !== undefined);
    return make("div", { class: `conversation ${sides.length > 1 ? "two" : "one"}` },
      make("div", { class: "heads" }, sides.map((side) => drawHead(side, shown))),
      make("ol", { class: "turns" }, (shown.turns ?? []).map((turn) => drawTurn(turn, shown, address))));
  };
})();
