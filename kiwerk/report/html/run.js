// A run as it goes on: asks the server for what is new, draws the rows in sight, and the conversation looked at.
"use strict";

(() => {
  const LOUD = ["failed", "errored", "held", "skipped", "measured", "passed"];
  const ROW = 56; // pixels, as in the style sheet
  const AROUND = 6; // rows drawn beyond both edges
  const PAUSE = 1000; // milliseconds between two questions
  const $ = (id) => document.getElementById(id);
  const list = $("list");
  const rows = $("rows");
  const state = { all: [], found: [], statuses: new Set(), text: "", selected: null, turn: null, finished: false };

  const link = (item, turn) => `#transcript=${item.transcript ?? ""}${turn === undefined ? "" : `&turn=${turn}`}`;
  const said = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
  let wanted = said.get("transcript");
  state.turn = said.get("turn") ?? null;

  // The list

  const drawRow = (item, place) => make("div",
    { class: "row", role: "option", id: `row-${place}`, style: null, "data-place": place, "aria-selected": String(item.transcript !== null && item.transcript === state.selected) },
    make("span", { class: `dot ${item.status}`, "aria-hidden": "true" }),
    make("span", { class: "row-case" }, item.name),
    make("span", { class: "row-rates" }, item.status),
    make("span", { class: "row-status row-suite" }, item.reason || item.suite));

  const draw = () => {
    rows.style.height = `${state.found.length * ROW}px`;
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - AROUND);
    const last = Math.min(state.found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + AROUND);
    const drawn = [];
    for (let place = first; place < last; place++) {
      const row = drawRow(state.found[place], place);
      row.style.top = `${place * ROW}px`;
      drawn.push(row);
    }
    rows.replaceChildren(...drawn);
    const place = state.found.findIndex((item) => item.transcript !== null && item.transcript === state.selected);
    if (place >= first && place < last) list.setAttribute("aria-activedescendant", `row-${place}`);
    else list.removeAttribute("aria-activedescendant");
  };

  const filter = () => {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    state.found = state.all.filter((item) => (!state.statuses.size || state.statuses.has(item.status)) && words.every((word) => item.searched.includes(word)));
    $("found").textContent = `${state.found.length.toLocaleString("en")} of ${state.all.length.toLocaleString("en")}`;
    draw();
  };

  const drawStatuses = () => {
    const counts = new Map();
    for (const item of state.all) counts.set(item.status, (counts.get(item.status) ?? 0) + 1);
    $("statuses").replaceChildren(...LOUD.filter((name) => counts.has(name)).map((name) => {
      const button = make("button", { type: "button", class: "chip", "aria-pressed": String(state.statuses.has(name)), "data-status": name },
        make("span", { class: `dot ${name}`, "aria-hidden": "true" }), `${name} `, make("span", { class: "number soft" }, counts.get(name).toLocaleString("en")));
      button.addEventListener("click", () => {
        if (!state.statuses.delete(name)) state.statuses.add(name);
        drawStatuses();
        filter();
        $("statuses").querySelector(`[data-status="${name}"]`)?.focus();
      });
      return button;
    }));
    return counts;
  };

  // The conversation

  const show = async (item, turn) => {
    state.selected = item.transcript;
    draw();
    const title = make("header", null, make("h3", null, make("a", { href: link(item) }, item.name)),
      make("p", { class: "small soft" }, `${item.agent} · ${item.suite} · ${item.status}${item.tags.length ? ` · ${item.tags.join(", ")}` : ""}`),
      item.reason ? make("p", { class: "small" }, item.reason) : "");
    if (item.transcript === null) {
      $("case").replaceChildren(title, make("p", { class: "soft" }, "It was not held."));
      return;
    }
    history.replaceState(null, "", link(item, turn ?? undefined));
    const answer = await fetch(`/conversation.json?transcript=${encodeURIComponent(item.transcript)}`);
    if (state.selected !== item.transcript) return;
    if (!answer.ok) {
      $("case").replaceChildren(title, make("p", null, await answer.text()));
      return;
    }
    const shown = await answer.json();
    if (shown.head_status === "measured" && item.status === "held") shown.head_status = "held";
    const drawn = drawConversation(shown, (number) => link(item, number));
    drawn.querySelector(".heads b")?.remove(); // there is no other side to tell it from
    $("case").replaceChildren(title, drawn);
    const aim = turn === null || turn === undefined ? null : $("case").querySelector(`[data-turn="${CSS.escape(String(turn))}"]`);
    aim?.focus();
    aim?.scrollIntoView({ block: "center" });
  };

  rows.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) void show(state.found[Number(row.dataset.place)]);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !state.found.length) return;
    event.preventDefault();
    const before = state.found.findIndex((item) => item.transcript === state.selected);
    const place = Math.min(state.found.length - 1, Math.max(0, before + step));
    if (place * ROW < list.scrollTop) list.scrollTop = place * ROW;
    if ((place + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (place + 1) * ROW - list.clientHeight;
    void show(state.found[place]);
  });
  list.addEventListener("scroll", () => requestAnimationFrame(draw));
  addEventListener("resize", draw);
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  $("find").addEventListener("input", (event) => {
    state.text = event.target.value;
    filter();
  });

  // What there is by now

  const take = (told) => {
    if (told.finished) state.all = [];
    for (const item of told.conversations) {
      item.searched = [item.name, item.suite, item.agent, item.status, item.reason, ...item.tags].join("\n").toLowerCase();
      state.all.push(item);
    }
    state.finished = told.finished;
    const counts = drawStatuses();
    const found = LOUD.filter((name) => counts.has(name)).map((name) => `${counts.get(name).toLocaleString("en")} ${name}`).join(", ");
    const heading = told.finished ? `Finished: ${found || "nothing was held"}`
      : `Going on: ${told.held.toLocaleString("en")} of ${told.planned.toLocaleString("en")} conversations held`;
    if ($("state").textContent !== heading) $("state").textContent = heading;
    $("notes").hidden = !told.partial;
    $("notes").replaceChildren(...(told.partial ? [make("li", null, told.partial)] : []));
    filter();
    const aim = state.all.find((item) => item.transcript !== null && item.transcript === wanted)
      ?? (told.finished && !state.selected ? state.all.find((item) => ["failed", "errored"].includes(item.status)) : undefined);
    const again = told.finished ? state.all.find((item) => item.transcript !== null && item.transcript === state.selected) : undefined;
    if (aim) {
      wanted = undefined;
      void show(aim, state.turn);
    } else if (again) void show(again);
  };

  const ask = async () => {
    try {
      const answer = await fetch(`/run.json?known=${state.all.length}`);
      if (!answer.ok) throw new Error(await answer.text());
      take(await answer.json());
      document.documentElement.dataset.ready = "";
    } catch (error) {
      $("state").textContent = `No answer any more: ${error.message}`;
      return;
    }
    if (!state.finished) setTimeout(ask, PAUSE);
  };
  void ask();
})();
