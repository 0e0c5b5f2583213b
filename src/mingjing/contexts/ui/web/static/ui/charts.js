// Draws the charts of a page from the data beside them. Without it the tables are open.
(() => {
  "use strict";
  const TONES = { plain: "#8795a0", info: "#2a6f97", good: "#2f7d4f", attention: "#c98a1b", bad: "#b3322c" };
  const COLOURS = ["#0b6477", "#c98a1b", "#5b7f95", "#7d9d6c", "#8a5a83", "#b7a77a"];

  const option = (given, care, narrow) => {
    const size = care ? 18 : 13;
    const text = { color: care ? "#000" : "#33434b", fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
    const colour = (name, at) => TONES[given.tones[name]] || COLOURS[at % COLOURS.length];
    const base = {
      animation: false, textStyle: text, color: COLOURS,
      legend: { top: 0, left: 0, textStyle: text, show: given.kind === "pie" || given.series.length > 1 },
      // rich text: a tooltip of HTML would carry style attributes, which the policy refuses
      tooltip: { renderMode: "richText", trigger: given.kind === "pie" ? "item" : "axis", textStyle: text, confine: true, valueFormatter: (value) => value === null || value === undefined ? "—" : `${value.toLocaleString()} ${given.unit}` },
      aria: { enabled: true, decal: { show: care } },
    };
    if (given.kind === "pie") {
      const data = given.labels.map((name, at) => ({ name, value: given.series[0].values[at], itemStyle: { color: colour(name, at) } }));
      return { ...base, series: [{ type: "pie", radius: ["42%", "70%"], center: ["50%", "56%"], data, label: { ...text, formatter: "{b} {d}%" } }] };
    }
    const across = given.kind === "bar-across";
    const fitting = across ? { interval: 0, width: narrow ? 120 : 220, overflow: "truncate" } : { hideOverlap: true };
    const names = { type: "category", data: given.labels, axisLabel: { ...text, ...fitting }, axisTick: { show: false }, axisLine: { lineStyle: { color: "#9aa8ae" } } };
    const numbers = { type: "value", name: across ? "" : given.unit, nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -24] }, axisLabel: { ...text, hideOverlap: true }, splitNumber: narrow ? 2 : 5, splitLine: { lineStyle: { color: "#e3e8e8" } } };
    const series = given.series.map((one, at) => ({
      name: one.name, data: one.values, cursor: one.hrefs.length ? "pointer" : "default", type: given.kind === "line" ? "line" : "bar", stack: given.kind === "stack" ? "all" : undefined,
      barMaxWidth: 28, itemStyle: { color: colour(one.name, at), borderRadius: 2 }, symbolSize: 7, lineStyle: { width: 2.5 },
      label: { show: across && given.series.length === 1, position: "right", ...text },
    }));
    return {
      ...base, series,
      grid: { left: 8, right: across ? 56 : 20, top: (given.series.length > 1 ? 42 : 12) + (across ? 0 : 22), bottom: 8, containLabel: true },
      xAxis: across ? numbers : names, yAxis: across ? { ...names, inverse: true } : numbers,
    };
  };

  const draw = (figure) => {
    const data = document.getElementById(figure.dataset.chart);
    const canvas = figure.querySelector(".mj-chart-canvas");
    if (!data || !canvas || canvas.dataset.drawn || !window.echarts) return;
    canvas.hidden = false;
    canvas.dataset.drawn = "yes";
    const care = document.documentElement.dataset.care === "on";
    const given = JSON.parse(data.textContent);
    // every row keeps its name: the picture grows with them
    if (given.kind === "bar-across") canvas.style.height = `${given.labels.length * (care ? 34 : 26) + 48}px`;
    const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
    chart.setOption(option(given, care, canvas.clientWidth < 480));
    // a click on a number leads to what it counts, as the links of the table do
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const href = given.series[seriesIndex]?.hrefs[dataIndex];
      if (href) window.location.assign(href);
    });
    new ResizeObserver(() => chart.resize()).observe(canvas);
  };
  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".mj-chart-table").forEach((table) => { table.open = false; });
    drawAll();
  });
  document.addEventListener("htmx:load", drawAll);
})();
