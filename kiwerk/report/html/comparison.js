// The list of cases: what is found by the filter, of which only the rows in sight are drawn, and the case looked at.
// All of its state stands in the address, so that a link leads to the same picture.
"use strict";

(async () => {
  const LOUD = ["regressed", "improved", "undecided", "errored", "flaky", "not-comparable", "new", "removed", "not-sampled", "unchanged"];
  const ROW = 56; // pixels, as in the style sheet
  const AROUND = 6; // rows drawn beyond both edges
  const PRINTED = 500;
  const $ = (id) => document.getElementById(id);
  const tool = $("case-tool");
  if (!tool) return;
  tool.hidden = false;

  const unpack = async (id) => {
    const bytes = Uint8Array.from(atob($(id).textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };
  const parts = new Map();
  const unpackPart = (number) => {
    if (!parts.has(number)) parts.set(number, unpack(`chunk-${number}`));
    return parts.get(number);
  };

  const list = $("list");
  const rows = $("rows");
  const article = $("case");
  if (typeof DecompressionStream === "undefined") {
    $("found").textContent = "This browser cannot unpack the cases: it knows no DecompressionStream.";
    return;
  }
  const { agents, tags, cases } = await unpack("index");
  for (const item of cases) {
    const words = [item.case, agents[item.agent], item.process, item.status, item.reason, item.failed, ...item.tags.map((tag) => tags[tag])];
    item.searched = words.filter(Boolean).join("\n").toLowerCase();
  }
  const numbers = new Map(cases.map((item, number) => [item.case, number]));

  const state = { statuses: new Set(), agent: "", tag: "", text: "", selected: null, turn: null };
  let found = [];

  // The address

  const link = (name, turn) => {
    const plain = encodeURIComponent(name).replaceAll("%2F", "/").replaceAll("%23", "#");
    return `#case=${plain}${turn === undefined || turn === null ? "" : `&turn=${turn}`}`;
  };
  let waiting = 0;
  const writeAddress = () => {
    // browsers refuse to write the address many times a second
    clearTimeout(waiting);
    waiting = setTimeout(writeAddressNow, 200);
  };
  const writeAddressNow = () => {
    const said = [];
    if (state.selected) said.push(link(state.selected.case, state.turn).slice(1));
    if (state.statuses.size) said.push(`status=${[...state.statuses].join(",")}`);
    for (const [key, value] of [["agent", state.agent], ["tag", state.tag], ["find", state.text]]) {
      if (value) said.push(`${key}=${encodeURIComponent(value)}`);
    }
    try {
      history.replaceState(null, "", said.length ? `#${said.join("&")}` : location.pathname + location.search);
    } catch {
      // an address that cannot be written is no reason to show nothing
    }
  };
  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const readAddress = () => {
    const said = new Map(location.hash.slice(1).split("&").map((part) => {
      const [key, ...rest] = part.split("=");
      return [key, decode(rest.join("="))];
    }));
    if (!["case", "status", "agent", "tag", "find"].some((key) => said.has(key))) return false;
    state.statuses = new Set((said.get("status") ?? "").split(",").filter((name) => LOUD.includes(name)));
    state.agent = agents.includes(said.get("agent")) ? said.get("agent") : "";
    state.tag = tags.includes(said.get("tag")) ? said.get("tag") : "";
    state.text = said.get("find") ?? "";
    state.selected = cases[numbers.get(said.get("case"))] ?? null;
    const turn = Number.parseInt(said.get("turn"), 10);
    state.turn = Number.isNaN(turn) ? null : turn;
    return true;
  };

  // The filter

  const fill = (select, names) => select.append(...names.map((name) => make("option", { value: name }, name)));
  fill($("agent"), agents);
  fill($("tag"), tags);
  const counts = new Map();
  for (const item of cases) counts.set(item.status, (counts.get(item.status) ?? 0) + 1);
  const buttons = LOUD.filter((name) => counts.has(name)).map((name) => {
    const button = make("button", { type: "button", class: "chip", "aria-pressed": "false", "data-status": name },
      make("span", { class: `dot ${name}`, "aria-hidden": "true" }), `${name} `, make("span", { class: "number soft" }, counts.get(name).toLocaleString("en")));
    button.addEventListener("click", () => {
      if (!state.statuses.delete(name)) state.statuses.add(name);
      filterAnew();
    });
    return button;
  });
  $("statuses").append(...buttons);

  const filter = () => {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    const agent = state.agent ? agents.indexOf(state.agent) : null;
    const tag = state.tag ? tags.indexOf(state.tag) : null;
    found = cases.filter((item) =>
      (!state.statuses.size || state.statuses.has(item.status)) &&
      (agent === null || item.agent === agent) &&
      (tag === null || item.tags.includes(tag)) &&
      words.every((word) => item.searched.includes(word)));
    for (const button of buttons) button.setAttribute("aria-pressed", String(state.statuses.has(button.dataset.status)));
    $("agent").value = state.agent;
    $("tag").value = state.tag;
    if ($("find").value !== state.text) $("find").value = state.text;
    const all = cases.length.toLocaleString("en");
    $("found").textContent = found.length === cases.length ? `${all} ${cases.length === 1 ? "case" : "cases"}` : `${found.length.toLocaleString("en")} of ${all} cases`;
    rows.style.height = `${found.length * ROW}px`;
    list.scrollTop = 0;
    drawRows();
  };
  const filterAnew = () => {
    filter();
    writeAddress();
  };

  // Whoever begins to search gets to search what was said as well, as soon as it is unpacked

  const wordsOf = (shown) => (shown.turns ?? []).flatMap((turn) => [
    turn.user_base, turn.user_head, ...[...(turn.base ?? []), ...(turn.head ?? [])].flatMap((one) => [one.text, ...(one.calls ?? []).map((call) => call.operation)]),
  ]).filter(Boolean);
  let hasBegun = false;
  const readWords = async () => {
    if (hasBegun) return;
    hasBegun = true;
    const last = cases.reduce((most, item) => Math.max(most, item.part ?? -1), -1);
    for (let number = 0; number <= last; number++) {
      for (const [name, shown] of Object.entries(await unpack(`chunk-${number}`))) {
        cases[numbers.get(name)].searched += `\n${wordsOf(shown).join("\n").toLowerCase()}`;
      }
    }
    $("find").dataset.ready = "";
    if (state.text) filter();
  };
  $("find").addEventListener("focus", readWords);

  // The list

  const drawRow = (item, position) => {
    const row = make("div", {
      id: `row-${position}`, role: "option", class: "row", "aria-selected": String(item === state.selected),
      "aria-setsize": found.length, "aria-posinset": position + 1,
    },
      make("span", { class: `dot ${item.status}`, "aria-hidden": "true" }),
      make("span", { class: "row-case" }, item.case.slice(item.case.indexOf("#") + 1)),
      make("span", { class: "row-rates number" }, item.rates),
      make("span", { class: "row-status" }, item.status, make("span", { class: "row-suite" }, ` ${item.case.slice(0, item.case.indexOf("#"))}`)));
    row.style.transform = `translateY(${position * ROW}px)`;
    row.addEventListener("click", () => {
      select(position, { isRead: matchMedia("(max-width: 52rem)").matches });
    });
    return row;
  };
  const drawRows = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - AROUND);
    const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + AROUND);
    rows.replaceChildren(...found.slice(first, last).map((item, number) => drawRow(item, first + number)));
    const position = found.indexOf(state.selected);
    if (position >= first && position < last) list.setAttribute("aria-activedescendant", `row-${position}`);
    else list.removeAttribute("aria-activedescendant");
  };
  let isWaiting = false;
  list.addEventListener("scroll", () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      drawRows();
    });
  }, { passive: true });
  new ResizeObserver(drawRows).observe(list);

  const bringIntoSight = (position) => {
    const top = position * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  };
  const select = (position, { isRead = false } = {}) => {
    if (!found.length) return;
    state.selected = found[Math.max(0, Math.min(found.length - 1, position))];
    state.turn = null;
    bringIntoSight(found.indexOf(state.selected));
    drawRows();
    writeAddress();
    drawCase(isRead);
  };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = found.indexOf(state.selected);
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const to = {
      ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: found.length - 1,
      PageDown: at + page, PageUp: at - page,
    }[event.key];
    if (event.key === "Enter" && state.selected) article.focus();
    else if (to === undefined) return;
    else select(to);
    event.preventDefault();
  });

  // The case looked at

  const drawCase = async (isRead = false) => {
    const item = state.selected;
    if (!item) {
      article.replaceChildren(make("p", { class: "soft" }, "Choose a case to see its two conversations beside each other."));
      return;
    }
    const about = [agents[item.agent], item.process, ...item.tags.map((tag) => tags[tag])].filter(Boolean).join(" · ");
    const figures = [item.rates && `base → head ${item.rates}`, item.test].filter(Boolean).join(", ");
    const body = [
      make("header", null,
        make("h3", { class: "mono" }, make("a", { href: link(item.case) }, item.case)),
        make("p", null, make("span", { class: `tag ${item.status}` }, item.status), " ", make("span", { class: "number" }, figures)),
        make("p", { class: "small soft" }, about),
        item.reason ? make("p", { class: "said" }, item.reason) : ""),
    ];
    if (item.part !== undefined) {
      const shown = (await unpackPart(item.part))[item.case];
      if (state.selected !== item) return; // somebody went on while it was unpacked
      body.push(drawConversation(shown, (turn) => link(item.case, turn)));
    } else {
      body.push(make("p", { class: "soft" }, item.shown ? "There was no room for its conversations in this page." : "Nothing changed or failed here, so its conversations are not in this page."));
    }
    article.replaceChildren(...body);
    for (const anchor of article.querySelectorAll("a")) {
      anchor.addEventListener("click", (event) => {
        event.preventDefault();
        const turn = anchor.closest("[data-turn]")?.dataset.turn;
        state.turn = turn === undefined ? null : Number(turn);
        writeAddress();
        showTurn();
      });
    }
    if (state.turn !== null) showTurn();
    else if (isRead) {
      article.focus({ preventScroll: true });
      article.scrollIntoView({ block: "start" });
    }
  };
  const showTurn = () => {
    for (const turn of article.querySelectorAll("[data-turn]")) turn.classList.toggle("target", Number(turn.dataset.turn) === state.turn);
    const target = article.querySelector(".target");
    if (target) {
      target.scrollIntoView({ block: "center" });
      target.focus({ preventScroll: true });
    }
  };

  // What happens

  $("filter").addEventListener("submit", (event) => event.preventDefault());
  $("find").addEventListener("input", () => { state.text = $("find").value; filterAnew(); });
  $("agent").addEventListener("change", () => { state.agent = $("agent").value; filterAnew(); });
  $("tag").addEventListener("change", () => { state.tag = $("tag").value; filterAnew(); });
  const follow = () => {
    if (!readAddress()) return false;
    filter();
    const position = found.indexOf(state.selected);
    if (position >= 0) bringIntoSight(position);
    drawRows();
    drawCase();
    if (state.text) readWords();
    $(state.selected ? "case" : "cases").scrollIntoView({ block: "start" });
    return true;
  };
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    const rest = found.length - PRINTED;
    $("print-list").replaceChildren(...found.slice(0, PRINTED).map((item) => make("li", null, `${item.status}  ${item.case}  ${item.rates}`)),
      ...(rest > 0 ? [make("li", null, `… and ${rest} more`)] : []));
  });

  if (!follow()) {
    // where nobody asked for something, the case that a reviewer looks at first
    state.selected = cases.find((item) => item.part !== undefined) ?? null;
    filter();
    drawCase();
  }
  document.documentElement.dataset.ready = "";
})();
