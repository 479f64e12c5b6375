"use strict";
(() => {
  const PRINTED_WIDTH = 680; // px: what A4 has room for
  const COLOR_BAR = 110; // px: what the colour bar and its numbers take beside the model
  const config = { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["select2d", "lasso2d"] };
  const figures = [...document.querySelectorAll("figure.plot")];
  const canvasOf = figure => figure.querySelector(".canvas");
  const drawn = new Set();

  function draw(figure) {
    if (drawn.has(figure)) return;
    drawn.add(figure);
    const { data, layout } = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
    fit(layout, canvasOf(figure).clientWidth);
    const ready = Plotly.newPlot(canvasOf(figure), data, layout, config);
    if (figure.classList.contains("space")) ready.then(() => keepSnapshot(figure));
    ready.then(() => { figure.dataset.drawn = "true"; });
  }

  // suit a plot to a narrow screen: no labels in gaps, the eye farther from the model
  function fit(layout, width) {
    if (width < 600) (layout.shapes || []).forEach(shape => { delete shape.label; });
    if (layout.scene) {
      const model = layout.meta, eye = layout.scene.camera.eye;
      const needed = wider => Math.max(model.height, model.width / wider);
      const back = Math.max(1, needed((width - COLOR_BAR) / layout.height) / needed(model.wider));
      for (const axis of ["x", "y", "z"]) eye[axis] *= back;
    }
  }

  // what WebGL has drawn cannot be printed: keep a picture of it as it was turned last
  function keepSnapshot(figure) {
    const canvas = canvasOf(figure);
    const image = document.createElement("img");
    image.className = "snapshot";
    image.alt = canvas.getAttribute("aria-label");
    figure.append(image);
    let timer;
    const take = () => Plotly.toImage(canvas, { format: "png", width: 1000, height: 800 }).then(url => { image.src = url; });
    const later = () => { clearTimeout(timer); timer = setTimeout(take, 500); };
    canvas.on("plotly_relayout", later);
    later();
  }

  // plots are drawn when they come near the screen; the model in space also when there is nothing else to do
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        observer.unobserve(entry.target);
        draw(entry.target);
      }
    }
  }, { rootMargin: "400px" });
  figures.forEach(figure => observer.observe(figure));
  const idle = window.requestIdleCallback || (task => setTimeout(task, 200));
  window.addEventListener("load", () => idle(() => figures.filter(figure => figure.classList.contains("space")).forEach(draw)));

  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach(details => { details.open = true; });
    for (const figure of figures) {
      draw(figure);
      if (!figure.classList.contains("space")) Plotly.relayout(canvasOf(figure), { width: PRINTED_WIDTH });
    }
  });
  window.addEventListener("afterprint", () => {
    for (const figure of figures) {
      if (!figure.classList.contains("space")) Plotly.relayout(canvasOf(figure), { width: null, autosize: true });
    }
  });

  // a link to a plot opens what it is folded in
  function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (details && !details.open) {
      details.open = true;
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  const collator = new Intl.Collator("en", { numeric: true });
  function sort(table, column, ascending) {
    const key = row => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    const number = table.tHead.rows[0].cells[column].classList.contains("number");
    const body = table.tBodies[0];
    const rows = [...body.rows].map(row => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === "" || b === "") return (a === "") - (b === ""); // nothing comes last
      const order = number ? a - b : collator.compare(a, b);
      return ascending ? order : -order;
    });
    body.append(...rows.map(([, row]) => row));
  }
  document.querySelectorAll("table.sortable").forEach(table => {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => heading.querySelector("button").addEventListener("click", () => {
      const ascending = heading.getAttribute("aria-sort") !== "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      sort(table, column, ascending);
    }));
  });
})();
