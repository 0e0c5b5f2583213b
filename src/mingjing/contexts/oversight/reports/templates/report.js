(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var columns = data.columns, texts = data.texts, total = columns.rule.length, PAGE = 20;
  var find = function (id) { return document.getElementById(id); };
  var form = find("filters"), list = find("findings"), status = find("status"), pager = find("pager");
  var fields = ["agency", "rule", "severity", "month"];
  var searchable = null, matches = [], page = 0;

  function make(tag, className, words) {
    var element = document.createElement(tag);
    if (className) element.className = className;
    if (words !== undefined) element.textContent = words;
    return element;
  }
  function count(number) { return number.toLocaleString("en-US"); }

  function fill(select, options) {
    options.forEach(function (option) {
      var item = make("option", "", option[1]);
      item.value = option[0];
      select.appendChild(item);
    });
  }
  function present(name) {
    var seen = {};
    columns[name].forEach(function (value) { seen[value] = (seen[value] || 0) + 1; });
    return seen;
  }
  function fillChoices() {
    var agencies = present("agency"), rules = present("rule"), months = present("month"), grades = present("severity");
    fill(form.agency, data.agencies.map(function (name, i) { return [i, name]; })
      .filter(function (o) { return agencies[o[0]]; }));
    var groups = {};
    data.rules.forEach(function (rule, i) {
      if (!rules[i]) return;
      if (!groups[rule[1]]) {
        groups[rule[1]] = make("optgroup");
        groups[rule[1]].label = rule[1];
        form.rule.appendChild(groups[rule[1]]);
      }
      fill(groups[rule[1]], [[i, rule[0]]]);
    });
    fill(form.severity, data.severities.map(function (name, i) { return [i, name]; })
      .filter(function (o) { return grades[o[0]]; }));
    fill(form.month, data.months.map(function (name, i) { return [i, name]; })
      .filter(function (o) { return months[o[0]]; }));
    if (months[-1]) fill(form.month, [[-1, "无日期"]]);
  }

  function text(name, row) { return texts[columns[name][row]]; }
  function searchTexts() {
    if (searchable) return searchable;
    searchable = new Array(total);
    for (var row = 0; row < total; row++) {
      searchable[row] = [data.rules[columns.rule[row]][0], data.agencies[columns.agency[row]], text("label", row),
        text("party", row), text("expected", row), text("observed", row), text("evidence", row), columns.due[row]]
        .join("\n").toLowerCase();
    }
    return searchable;
  }

  function apply() {
    var wanted = fields.map(function (name) {
      var value = form[name].value;
      return value === "" ? null : Number(value);
    });
    var words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var haystack = words.length ? searchTexts() : null;
    matches = [];
    rows: for (var row = 0; row < total; row++) {
      for (var f = 0; f < fields.length; f++) {
        if (wanted[f] !== null && columns[fields[f]][row] !== wanted[f]) continue rows;
      }
      for (var w = 0; w < words.length; w++) {
        if (haystack[row].indexOf(words[w]) < 0) continue rows;
      }
      matches.push(row);
    }
    sort(form.order.value);
    page = 0;
    show();
  }
  function sort(order) {
    var by = {
      gravity: function (r) { return [columns.severity[r], -(columns.overdue[r] === "" ? -1 : columns.overdue[r])]; },
      overdue: function (r) { return [-(columns.overdue[r] === "" ? -1 : columns.overdue[r]), columns.severity[r]]; },
      month: function (r) { return [columns.month[r] < 0 ? 1e9 : columns.month[r], columns.severity[r]]; },
      agency: function (r) { return [columns.agency[r], columns.severity[r]]; }
    }[order];
    if (!by) return;
    var keys = {};
    matches.forEach(function (row) { keys[row] = by(row); });
    matches.sort(function (a, b) {
      return keys[a][0] - keys[b][0] || keys[a][1] - keys[b][1] || a - b;
    });
  }

  function show() {
    var pages = Math.max(1, Math.ceil(matches.length / PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    status.textContent = matches.length
      ? "符合条件 " + count(matches.length) + " 条，第 " + count(page + 1) + " / " + count(pages) + " 页"
      : "没有符合条件的问题。可以减少条件再试。";
    list.textContent = "";
    matches.slice(page * PAGE, (page + 1) * PAGE).forEach(function (row) { list.appendChild(card(row)); });
    find("previous").disabled = page === 0;
    find("next").disabled = page >= pages - 1;
    pager.hidden = pages < 2;
    find("pages").textContent = count(page + 1) + " / " + count(pages);
  }

  function card(row) {
    var rule = data.rules[columns.rule[row]], grade = columns.severity[row], item = make("li", "finding");
    item.setAttribute("data-testid", "finding");
    var head = make("div", "finding-head");
    head.appendChild(make("span", "chip chip-" + grade, data.severities[grade]));
    head.appendChild(make("strong", "", rule[0]));
    var late = columns.overdue[row] !== "" && columns.overdue[row] > 0;
    var clock = [columns.due[row] ? "到期 " + columns.due[row] : "", late ? "超期 " + count(columns.overdue[row]) + " 日" : ""];
    if (columns.due[row] || late) head.appendChild(make("span", "overdue", clock.filter(Boolean).join("，")));
    item.appendChild(head);
    var who = [data.agencies[columns.agency[row]], text("label", row), text("party", row)];
    item.appendChild(make("p", "finding-who", who.filter(Boolean).join("　")));
    var facts = make("dl", "finding-facts two");
    pair(facts, "应当", text("expected", row));
    pair(facts, "实际", text("observed", row));
    item.appendChild(facts);
    item.appendChild(more(row, rule));
    return item;
  }
  function pair(parent, label, words) {
    parent.appendChild(make("dt", "", label));
    parent.appendChild(make("dd", "", words || "—"));
  }
  function more(row, rule) {
    var box = make("details"), opened = false;
    box.appendChild(make("summary", "", "依据、证据和答复"));
    box.addEventListener("toggle", function () {
      if (opened) return;
      opened = true;
      var facts = make("dl", "finding-facts");
      rule[3].forEach(function (basis) { pair(facts, "依据", basis[0] + (basis[1] ? "：" + basis[1] : "")); });
      (text("evidence", row) || "没有列出").split("\n").forEach(function (line) { pair(facts, "证据", line); });
      pair(facts, "答复", data.agencies[columns.agency[row]] + "应在" + data.reply + "答复（如 " + data.issued +
        " 送达，不迟于 " + data.reply_due + "）。");
      box.appendChild(facts);
    });
    return box;
  }

  function choose(filters) {
    form.reset();
    filters.split("&").forEach(function (one) {
      var parts = one.split("=");
      if (form[parts[0]]) form[parts[0]].value = parts[1];
    });
    apply();
    find("list").scrollIntoView();
    find("list-title").focus({ preventScroll: true });
  }
  function guard(value) {
    var words = String(value);
    if (/^[=+\-@\t\r]/.test(words)) words = "'" + words;
    return '"' + words.replace(/"/g, '""') + '"';
  }
  function download() {
    var lines = [["规则", "程度", "执法主体", "案号或者对象", "当事人", "应当", "实际", "到期日", "超期天数", "证据"]];
    matches.forEach(function (row) {
      lines.push([data.rules[columns.rule[row]][0], data.severities[columns.severity[row]],
        data.agencies[columns.agency[row]], text("label", row), text("party", row), text("expected", row),
        text("observed", row), columns.due[row], columns.overdue[row], text("evidence", row).replace(/\n/g, "；")]);
    });
    var body = lines.map(function (line) { return line.map(guard).join(","); }).join("\r\n");
    var link = make("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff" + body], { type: "text/csv;charset=utf-8" }));
    link.download = "问题清单.csv";
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  var waiting = null;
  form.addEventListener("submit", function (event) { event.preventDefault(); apply(); });
  form.addEventListener("change", apply);
  form.words.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  form.addEventListener("reset", function () { setTimeout(apply, 0); });
  function turn(step) {
    return function () { page += step; show(); find("list-title").scrollIntoView(); };
  }
  find("previous").addEventListener("click", turn(-1));
  find("next").addEventListener("click", turn(1));
  find("download").addEventListener("click", download);
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-filter]") : null;
    if (!link) return;
    event.preventDefault();
    choose(link.getAttribute("data-filter"));
  });
  function openTarget() {
    var target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.rule").forEach(function (box) { box.open = true; });
  });
  document.documentElement.className = "scripted";
  fillChoices();
  apply();
  openTarget();
})();
