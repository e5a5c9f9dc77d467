// A small set of drawn icons on a 24-unit grid, stroked in the colour of the text around them.

const SPACE = "http://www.w3.org/2000/svg";
const SHAPES = {
  hash: ["M9.5 4 7.5 20", "M16.5 4 14.5 20", "M4.5 9h16", "M3.5 15h16"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  robot: ["M8 9h8a3 3 0 0 1 3 3v4a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3v-4a3 3 0 0 1 3-3z", "M12 9V5.2", "M12 4.6v-.2", "M9.6 13v1.6",
    "M14.4 13v1.6", "M2.6 13v2.4", "M21.4 13v2.4"],
  reply: ["M9.5 6 4.5 11l5 5", "M4.5 11H14a5.5 5.5 0 0 1 5.5 5.5V19"],
  edit: ["M4.5 19.5 5.4 15.6 15.6 5.4a2.1 2.1 0 0 1 3 3L8.4 18.6z", "M13.8 7.2l3 3"],
  trash: ["M4.5 7h15", "M9.5 7V4.5h5V7", "M6.5 7l.9 12.5h9.2L17.5 7", "M10.3 11v5", "M13.7 11v5"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  send: ["M4.5 12 4.2 4.6 20.5 12 4.2 19.4z", "M4.5 12h7"],
  eye: ["M2.8 12S6.2 5.8 12 5.8 21.2 12 21.2 12 17.8 18.2 12 18.2 2.8 12 2.8 12z", "M12 9.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  leave: ["M10 4.5H5.5v15H10", "M14 8l4.5 4-4.5 4", "M18 12H9.5"],
  search: ["M11 4.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z", "M15.8 15.8 20 20"],
  switch: ["M8 9.5 12 5.5l4 4", "M8 14.5l4 4 4-4"],
  check: ["M5 12.5 10 17.5 19.5 7"],
  help: ["M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.1v.4", "M12 17.6v.2"],
  link: ["M10 14a3.7 3.7 0 0 0 5.3 0l3.2-3.2a3.75 3.75 0 0 0-5.3-5.3L12 6.7", "M14 10a3.7 3.7 0 0 0-5.3 0l-3.2 3.2a3.75 3.75 0 0 0 5.3 5.3l1.2-1.2"],
  plus: ["M12 5v14", "M5 12h14"],
  fold: ["M9 6l6 6-6 6"],
  back: ["M15 5l-7 7 7 7"],
  at: ["M12 8.4a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z", "M15.6 8.6V13a2.4 2.4 0 0 0 4.8 0v-1a8.4 8.4 0 1 0-3.4 6.7"],
};

/** Draw one icon. It says nothing to a screen reader: the words beside it, or its button's label, do. */
export function icon(name) {
  const drawing = document.createElementNS(SPACE, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS(SPACE, "path");
    path.setAttribute("d", shape);
    drawing.append(path);
  }
  return drawing;
}
