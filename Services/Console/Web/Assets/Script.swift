/// The console's one script: times in the viewer's zone, and pages that keep up with what happens. Every page can be read,
/// and every form sent, without it.
enum Script {
    static let text = """
        "use strict";
        (() => {
          const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
          const precise = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });
          const showTimes = (root) => {
            for (const time of root.querySelectorAll("time[datetime]")) {
              const at = new Date(time.dateTime);
              if (isNaN(at)) continue;
              time.textContent = (time.classList.contains("precise") ? precise : zone).format(at);
            }
          };
          showTimes(document);

          // The answer of a sign-in is used up: it stays in no history.
          if (location.pathname === "/oauth/callback") history.replaceState(null, "", location.pathname);

          // What the answers so far will make; secrets are not sent along.
          const asked = document.querySelector("form[data-preview]");
          const preview = document.getElementById("preview");
          if (asked && preview) {
            let waiting = 0;
            const ask = async () => {
              const answers = new URLSearchParams();
              for (const field of asked.querySelectorAll("[data-previewed]")) {
                if (field.type !== "radio" || field.checked) answers.append(field.name, field.value);
              }
              const answer = await fetch(asked.dataset.preview + "?" + answers);
              if (!answer.ok) return;
              const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
              showTimes(fresh);
              preview.replaceChildren(...fresh.body.childNodes);
            };
            asked.addEventListener("input", (event) => {
              if (!event.target.matches("[data-previewed]")) return;
              clearTimeout(waiting);
              waiting = setTimeout(() => ask().catch(() => {}), 300);
            });
          }

          // What is open or being written stays as it is.
          const keep = (old, fresh) => {
            for (const part of old.querySelectorAll("details[id]")) {
              const same = fresh.querySelector("#" + CSS.escape(part.id));
              if (same) same.open = part.open;
            }
          };
          // What became of a form is told long enough to be read; then what the page shows counts.
          const passing = document.querySelector("[data-passing]");
          const loaded = Date.now();
          const shown = new WeakMap();
          const renew = async () => {
            const parts = [...document.querySelectorAll("[data-live][id]")];
            if (!parts.length || document.hidden) return;
            const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
            if (!answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const old of parts) {
              const fresh = page.getElementById(old.id);
              const text = fresh?.innerHTML;
              if (!fresh || old.contains(document.activeElement) || text === shown.get(old)) continue;
              keep(old, fresh);
              old.replaceChildren(...fresh.childNodes);
              shown.set(old, text);
              showTimes(old);
            }
            if (Date.now() - loaded > 8000) passing?.remove();
          };
          let busy = false;
          let again = false;
          const changed = async () => {
            if (busy) { again = true; return; }
            busy = true;
            try { await renew(); } catch { /* the next change tries again */ }
            busy = false;
            if (again) { again = false; setTimeout(changed, 1000); }
          };

          const log = document.querySelector("[data-follow]");
          const state = document.getElementById("live-state");
          if (log) {
            const lines = new EventSource(log.dataset.follow);
            lines.addEventListener("lines", (event) => {
              const atEnd = innerHeight + scrollY > document.body.scrollHeight - 40;
              const fresh = new DOMParser().parseFromString("<ol>" + JSON.parse(event.data) + "</ol>", "text/html");
              showTimes(fresh);
              log.append(...fresh.querySelectorAll("ol > li"));
              if (atEnd) scrollTo(0, document.body.scrollHeight);
            });
            lines.addEventListener("end", () => { lines.close(); changed(); });
          }
          if (document.querySelector("[data-live]")) {
            const events = new EventSource("/events");
            events.addEventListener("change", changed);
            // What changed between the page and now was told to nobody.
            events.addEventListener("open", () => { if (state) state.textContent = "live"; changed(); });
            events.addEventListener("error", () => { if (state) state.textContent = "not live: reconnecting"; });
            document.addEventListener("visibilitychange", () => { if (!document.hidden) changed(); });
          }
        })();

        """
}
