/** A grey picture and what is done to it before another try at reading it: cut, turned, doubled, sharpened. No DOM. */

export interface Plane {
  width: number
  height: number
  grey: Uint8ClampedArray
}

export interface Region {
  x: number
  y: number
  width: number
  height: number
}

export interface Point {
  x: number
  y: number
}

const WHITE = 255

/** The picture in shades of grey (ITU-R BT.601 weights). */
export function planeFrom(image: { width: number; height: number; data: Uint8ClampedArray }): Plane {
  const { width, height, data } = image
  const grey = new Uint8ClampedArray(width * height)
  for (let place = 0, byte = 0; place < grey.length; place += 1, byte += 4) {
    grey[place] = (data[byte]! * 77 + data[byte + 1]! * 150 + data[byte + 2]! * 29) >> 8
  }
  return { width, height, grey }
}

/** The picture as the decoder wants it: four bytes a point. */
export function imageOf(plane: Plane): { width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> } {
  const words = new Uint32Array(plane.grey.length)
  for (let place = 0; place < words.length; place += 1) words[place] = 0xff000000 | (plane.grey[place]! * 0x10101)
  return { width: plane.width, height: plane.height, data: new Uint8ClampedArray(words.buffer) }
}

/** The picture turned clockwise by so many degrees, in a frame that holds all of it; the corners are white. */
export function turned(plane: Plane, degrees: number): Plane {
  const { width, height } = turnedSize(plane, degrees)
  const grey = new Uint8ClampedArray(width * height).fill(WHITE)
  const [sine, cosine] = sineAndCosine(degrees)
  for (let row = 0; row < height; row += 1) {
    const [right, down] = [-width / 2, row - height / 2]
    let x = right * cosine + down * sine + plane.width / 2
    let y = down * cosine - right * sine + plane.height / 2
    for (let column = 0; column < width; column += 1, x += cosine, y -= sine) {
      const shade = shadeAt(plane, x, y)
      if (shade >= 0) grey[row * width + column] = shade
    }
  }
  return { width, height, grey }
}

/** Where a point of the turned picture lies in the upright one. */
export function turnedBack(point: Point, plane: Plane, degrees: number): Point {
  const size = turnedSize(plane, degrees)
  const [sine, cosine] = sineAndCosine(degrees)
  const [right, down] = [point.x - size.width / 2, point.y - size.height / 2]
  return { x: right * cosine + down * sine + plane.width / 2, y: down * cosine - right * sine + plane.height / 2 }
}

/** The picture at twice its size, smoothly. */
export function doubled(plane: Plane): Plane {
  const [width, height] = [plane.width * 2, plane.height * 2]
  const grey = new Uint8ClampedArray(width * height)
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const x = Math.min(Math.max(column / 2 - 0.25, 0), plane.width - 1.001)
      const y = Math.min(Math.max(row / 2 - 0.25, 0), plane.height - 1.001)
      grey[row * width + column] = blended(plane, x, y)
    }
  }
  return { width, height, grey }
}

/** The picture at most so many points long, by averaging whole blocks; itself if it is small enough. */
export function atMost(plane: Plane, longest: number): Plane {
  const factor = Math.ceil(Math.max(plane.width, plane.height) / longest)
  if (factor <= 1) return plane
  const [width, height] = [Math.floor(plane.width / factor), Math.floor(plane.height / factor)]
  const grey = new Uint8ClampedArray(width * height)
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      grey[row * width + column] = blockAverage(plane, column * factor, row * factor, factor)
    }
  }
  return { width, height, grey }
}

/** The picture with its edges raised: each point drawn away from the mean of its neighbourhood. */
export function sharpened(plane: Plane, radius: number, amount: number): Plane {
  const mean = localMean(plane, radius)
  return { ...plane, grey: plane.grey.map((shade, place) => shade + (shade - mean[place]!) * amount) }
}

/** The picture in even light: shadows and glare taken out, each point seen against the mean of its neighbourhood. */
export function evened(plane: Plane, radius: number): Plane {
  const mean = localMean(plane, radius)
  return { ...plane, grey: plane.grey.map((shade, place) => 128 + (shade - mean[place]!) * 2) }
}

/** The mean shade around each point, in a square of so many points to every side, by sums over rectangles. */
function localMean({ width, height, grey }: Plane, radius: number): Float32Array {
  const sums = rectangleSums(width, height, grey)
  const mean = new Float32Array(grey.length)
  for (let row = 0; row < height; row += 1) {
    const [top, bottom] = [Math.max(0, row - radius) * (width + 1), Math.min(height, row + radius + 1) * (width + 1)]
    const rows = (bottom - top) / (width + 1)
    for (let column = 0; column < width; column += 1) {
      const [left, right] = [Math.max(0, column - radius), Math.min(width, column + radius + 1)]
      const sum = sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!
      mean[row * width + column] = sum / (rows * (right - left))
    }
  }
  return mean
}

/** At each corner the sum of all shades above and left of it. */
function rectangleSums(width: number, height: number, grey: Uint8ClampedArray): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let row = 0; row < height; row += 1) {
    let sum = 0
    for (let column = 0; column < width; column += 1) {
      sum += grey[row * width + column]!
      sums[(row + 1) * (width + 1) + column + 1] = sums[row * (width + 1) + column + 1]! + sum
    }
  }
  return sums
}

function turnedSize(plane: Plane, degrees: number): { width: number; height: number } {
  const [sine, cosine] = sineAndCosine(degrees).map(Math.abs) as [number, number]
  return {
    width: Math.ceil(plane.width * cosine + plane.height * sine),
    height: Math.ceil(plane.width * sine + plane.height * cosine),
  }
}

function sineAndCosine(degrees: number): [number, number] {
  const angle = (degrees * Math.PI) / 180
  return [Math.sin(angle), Math.cos(angle)]
}

/** The shade between four points, or -1 outside the picture. */
function shadeAt(plane: Plane, x: number, y: number): number {
  return x < 0 || y < 0 || x >= plane.width - 1 || y >= plane.height - 1 ? -1 : blended(plane, x, y)
}

function blended({ width, grey }: Plane, x: number, y: number): number {
  const [column, row] = [x | 0, y | 0]
  const [right, down] = [x - column, y - row]
  const place = row * width + column
  const upper = grey[place]! * (1 - right) + (grey[place + 1] ?? grey[place]!) * right
  const lower = (grey[place + width] ?? grey[place]!) * (1 - right) + (grey[place + width + 1] ?? grey[place]!) * right
  return upper * (1 - down) + lower * down
}

function blockAverage({ width, grey }: Plane, x: number, y: number, size: number): number {
  let sum = 0
  for (let row = y; row < y + size; row += 1) {
    for (let place = row * width + x; place < row * width + x + size; place += 1) sum += grey[place]!
  }
  return sum / (size * size)
}
