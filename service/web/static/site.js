// Comfort only: everything on the site works without it.
"use strict";

const KEY = "yiju.questions";
const KEPT = 30;

function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found.filter((one) => one && typeof one.q === "string" && typeof one.to === "string" && one.to.startsWith("/?")) : [];
  } catch {
    return [];
  }
}

function remember(questions) {
  try {
    localStorage.setItem(KEY, JSON.stringify(questions.slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing keeps nothing.
  }
}

const answer = document.querySelector("article.answer");
if (answer) {
  const question = answer.dataset.question;
  remember([{ q: question, to: `/${location.search}` }, ...remembered().filter((one) => one.q !== question)]);
}

const recent = document.getElementById("history");
if (recent) {
  const questions = remembered();
  const list = recent.querySelector("ul");
  for (const one of questions.slice(0, 10)) {
    const link = document.createElement("a");
    link.href = one.to;
    link.textContent = one.q;
    const item = document.createElement("li");
    item.dir = "auto";
    item.append(link);
    list.append(item);
  }
  recent.hidden = questions.length === 0;
  document.getElementById("clear").addEventListener("click", () => {
    remember([]);
    recent.hidden = true;
  });
}

for (const button of document.querySelectorAll(".copier")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.from);
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select();
      document.execCommand("copy");
    }
    const before = button.textContent;
    button.textContent = button.dataset.done;
    document.getElementById("copied").textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 2000);
  });
}

// Enter asks, Shift+Enter begins a line; while an input method is composing, Enter belongs to it.
const box = document.querySelector("form.ask textarea");
if (box) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      if (box.value.trim()) box.form.requestSubmit();
    }
  });
}

// The marked words into the middle of the window: the browser itself goes to the beginning of their clause.
const marked = document.getElementById("marked");
if (marked) {
  requestAnimationFrame(() => marked.scrollIntoView({ block: "center", behavior: "instant" }));
}
