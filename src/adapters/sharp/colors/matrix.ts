/** Three numbers: a color, or a row of a matrix. */
export type Triple = readonly [number, number, number];

/** Three rows. */
export type Matrix = readonly [Triple, Triple, Triple];

/** Multiplies a matrix by a column. */
export function applyMatrix([a, b, c]: Matrix, [x, y, z]: Triple): Triple {
  const sumRow = (row: Triple) => row[0] * x + row[1] * y + row[2] * z;
  return [sumRow(a), sumRow(b), sumRow(c)];
}

/** Multiplies two matrices: the second is applied first. */
export function composeMatrices(first: Matrix, second: Matrix): Matrix {
  const columns = [0, 1, 2].map((at) =>
    applyMatrix(first, [second[0][at] ?? 0, second[1][at] ?? 0, second[2][at] ?? 0]),
  );
  return buildRows((row) => [columns[0]?.[row] ?? 0, columns[1]?.[row] ?? 0, columns[2]?.[row] ?? 0]);
}

/** Inverts a matrix; `undefined` for one that has no inverse. */
export function invertMatrix([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix | undefined {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (Math.abs(determinant) < 1e-9) return undefined;
  const scale = (value: number) => value / determinant;
  return [
    [scale(e * i - f * h), scale(c * h - b * i), scale(b * f - c * e)],
    [scale(f * g - d * i), scale(a * i - c * g), scale(c * d - a * f)],
    [scale(d * h - e * g), scale(b * g - a * h), scale(a * e - b * d)],
  ];
}

/** Multiplies each column by the number of its own. */
export function scaleColumns(matrix: Matrix, [x, y, z]: Triple): Matrix {
  return buildRows((row) => [matrix[row][0] * x, matrix[row][1] * y, matrix[row][2] * z]);
}

function buildRows(compute: (row: 0 | 1 | 2) => Triple): Matrix {
  return [compute(0), compute(1), compute(2)];
}
