/*
 * The least that shows as many pictures as the dashboard does: a picture and a name in each place, of which those that leave the
 * window are used again, without a placeholder, a fade, a link or a library. How many frames a machine draws of this is what it
 * can draw at all.
 */
const { document, fetch, innerHeight } = globalThis;
const COLUMNS = 7;
const [ACROSS, DOWN] = [174, 208];
const OVERSCAN = 3;
const grid = document.querySelector(".grid");
const images = [];
const rows = new Map();
const spare = [];

for (let cursor = ""; cursor !== undefined; ) {
  const page = await (await fetch(`./images?limit=1000${cursor && `&cursor=${cursor}`}`)).json();
  for (const { fileName, renditions } of page.items) images.push({ fileName, url: renditions[0].url });
  cursor = page.cursor && encodeURIComponent(page.cursor);
}
grid.style.height = `${Math.ceil(images.length / COLUMNS) * DOWN}px`;
globalThis.addEventListener("scroll", draw, { passive: true });
draw();
document.querySelector(".count").textContent = `${images.length} images`;

function draw() {
  const first = Math.max(0, Math.floor(globalThis.scrollY / DOWN) - OVERSCAN);
  const last = Math.ceil((globalThis.scrollY + innerHeight) / DOWN) + OVERSCAN;
  for (const [row, tiles] of rows)
    if (row < first || row > last) {
      spare.push(...tiles);
      rows.delete(row);
    }
  for (let row = first; row <= last; row++) if (!rows.has(row)) rows.set(row, drawRow(row));
}

function drawRow(row) {
  return images.slice(row * COLUMNS, (row + 1) * COLUMNS).map(({ fileName, url }, column) => {
    const tile = spare.pop() ?? createTile();
    tile.style.transform = `translate(${column * ACROSS}px, ${row * DOWN}px)`;
    tile.firstChild.src = url;
    tile.lastChild.textContent = fileName;
    return tile;
  });
}

function createTile() {
  const tile = document.createElement("div");
  tile.className = "tile";
  const picture = document.createElement("img");
  picture.decoding = "async";
  tile.append(picture, document.createElement("span"));
  grid.append(tile);
  return tile;
}
