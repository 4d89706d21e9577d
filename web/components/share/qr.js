// A text as a QR code (ISO/IEC 18004): bytes, error correction level M, versions 1 to 10.
// Pure: text in, squares out.

/** Of each version: all codewords, those for correction in a block, and blocks (table 9, level M). */
const VERSIONS = [[26, 10, 1], [44, 16, 1], [70, 26, 1], [100, 18, 2], [134, 24, 2], [172, 16, 4], [196, 18, 4], [242, 22, 4], [292, 22, 5], [346, 26, 5]];
/** Centres of the alignment patterns (annex E). */
const ALIGNED = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];
const MASKS = [
  (y, x) => (y + x) % 2, (y) => y % 2, (y, x) => x % 3, (y, x) => (y + x) % 3,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2, (y, x) => ((y * x) % 2) + ((y * x) % 3),
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2,
];

/** Product in GF(256) modulo x⁸+x⁴+x³+x²+1. */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

/** Codewords that correct `data`: the remainder by the generator of that degree. */
function correction(data, degree) {
  let generator = [1];
  for (let power = 0, root = 1; power < degree; power++, root = times(root, 2)) {
    const next = [...generator, 0];
    generator.forEach((factor, at) => (next[at + 1] ^= times(factor, root)));
    generator = next;
  }
  const rest = [...data, ...Array(degree).fill(0)];
  data.forEach((_, at) => {
    const lead = rest[at];
    if (lead) generator.forEach((factor, by) => (rest[at + by] ^= times(factor, lead)));
  });
  return rest.slice(data.length);
}

/** `value` followed by its remainder by `by`, a polynomial over bits of that degree. */
function checked(value, by, degree) {
  let rest = value << degree;
  for (let bit = 31 - degree; bit >= 0; bit--) if ((rest >> (bit + degree)) & 1) rest ^= by << bit;
  return (value << degree) | rest;
}

/** All codewords in the order in which they are drawn. */
function codewords(bytes, version) {
  const [all, degree, blocks] = VERSIONS[version - 1];
  const room = all - degree * blocks;
  const bits = [];
  const put = (value, length) => {
    for (let bit = length - 1; bit >= 0; bit--) bits.push((value >> bit) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  const data = [];
  for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));
  for (let pad = 0xec; data.length < room; pad ^= 0xec ^ 0x11) data.push(pad);
  // The later blocks hold one codeword more where they do not divide evenly.
  const short = Math.floor(room / blocks);
  const longer = room % blocks;
  const parts = [];
  for (let block = 0, at = 0; block < blocks; block++) {
    const size = short + (block >= blocks - longer ? 1 : 0);
    parts.push(data.slice(at, at + size));
    at += size;
  }
  const corrections = parts.map((part) => correction(part, degree));
  const woven = (lists) => Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, at) => lists.map((list) => list[at])).flat().filter((word) => word !== undefined);
  return [...woven(parts), ...woven(corrections)];
}

/** Everything but the data: `null` where data goes. */
function frame(version) {
  const size = 17 + 4 * version;
  const grid = Array.from({ length: size }, () => Array(size).fill(null));
  const rings = (cy, cx, reach, dark) => {
    for (let y = -reach; y <= reach; y++) for (let x = -reach; x <= reach; x++) {
      if (grid[cy + y]?.[cx + x] !== undefined) grid[cy + y][cx + x] = dark.includes(Math.max(Math.abs(y), Math.abs(x)));
    }
  };
  for (let at = 0; at < size; at++) grid[6][at] = grid[at][6] = at % 2 === 0;
  for (const [y, x] of [[3, 3], [3, size - 4], [size - 4, 3]]) rings(y, x, 4, [0, 1, 3]);
  const centres = ALIGNED[version - 1];
  for (const y of centres) for (const x of centres) {
    const corner = (y === 6 && (x === 6 || x === size - 7)) || (x === 6 && y === size - 7);
    if (!corner) rings(y, x, 2, [0, 2]);
  }
  if (version >= 7) {
    const bits = checked(version, 0x1f25, 12);
    for (let at = 0; at < 18; at++) {
      const [near, far] = [Math.floor(at / 3), size - 11 + (at % 3)];
      grid[near][far] = grid[far][near] = Boolean((bits >> at) & 1);
    }
  }
  return grid;
}

/** Writes level M and the mask beside the finders. */
function format(grid, mask) {
  const size = grid.length;
  const bits = checked(mask, 0x537, 10) ^ 0x5412;
  for (let at = 0; at < 15; at++) {
    const dark = Boolean((bits >> at) & 1);
    grid[at < 6 ? at : at < 8 ? at + 1 : size - 15 + at][8] = dark;
    grid[8][at < 8 ? size - 1 - at : at === 8 ? 7 : 14 - at] = dark;
  }
  grid[size - 8][8] = true;
}

/** How hard a code is to read, by the rules of clause 7.8.3. */
function penalty(grid) {
  const size = grid.length;
  const lines = [...grid, ...grid.map((_, x) => grid.map((row) => row[x]))].map((line) => line.map(Number).join(""));
  let sum = 0;
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
    for (let at = 0; at + 11 <= size; at++) if (["10111010000", "00001011101"].includes(line.slice(at, at + 11))) sum += 40;
  }
  for (let y = 1; y < size; y++) for (let x = 1; x < size; x++) {
    if (grid[y][x] === grid[y - 1][x] && grid[y][x] === grid[y][x - 1] && grid[y][x] === grid[y - 1][x - 1]) sum += 3;
  }
  const dark = grid.flat().filter(Boolean).length / size ** 2;
  return sum + 10 * Math.floor(Math.abs(dark * 20 - 10));
}

/** The code as rows of squares, true where dark; null when the text is too long (213 bytes). */
export function qr(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const version = VERSIONS.findIndex(([all, degree, blocks], at) => bytes.length <= all - degree * blocks - (at < 9 ? 2 : 3)) + 1;
  if (!version) return null;
  const bits = codewords(bytes, version).flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (word >> bit) & 1));
  const blank = frame(version);
  format(blank, 0);
  const size = blank.length;
  const order = [];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) for (const x of [right, right - 1]) {
      const y = up ? size - 1 - step : step;
      if (blank[y][x] === null) order.push([y, x]);
    }
  }
  const drawn = MASKS.map((masked, mask) => {
    const grid = blank.map((row) => [...row]);
    order.forEach(([y, x], at) => (grid[y][x] = Boolean((bits[at] ?? 0) ^ (masked(y, x) === 0 ? 1 : 0))));
    format(grid, mask);
    return grid;
  });
  return drawn.reduce((best, grid) => (penalty(grid) < penalty(best) ? grid : best));
}
