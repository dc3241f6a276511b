// Responsible for: greys on a canvas, and what is drawn over a cross-section: scale, R wave, lumen border.
// Not for: what comes from the server (console.js).

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {number} widthPx
 * @property {number} heightPx
 * @property {number} mmPerPxX
 * @property {Uint8Array} greys
 * @property {number} [frame]
 * @property {number} [timeMs]
 * @property {number} [positionMm]
 * @property {number} [linesMissing]
 * @property {number[]} [triggersDeg]
 * @property {number[]} [borderMm]
 * @property {boolean} [frozen]
 * @property {boolean} [oneWay] lines side by side, with no angles and no ruler through the middle
 */

const RULER = "rgba(207, 216, 224, 0.75)"
const RWAVE = "#e8a33d"
const BORDER = "rgba(76, 194, 255, 0.85)"

/**
 * A picture as it came: length of the JSON, JSON, greys.
 * @param {ArrayBuffer} bytes
 * @returns {Picture}
 */
export function unpack(bytes) {
    const length = new DataView(bytes).getUint32(0, true)
    const json = new TextDecoder().decode(new Uint8Array(bytes, 4, length))
    return { ...JSON.parse(json), greys: new Uint8Array(bytes, 4 + length) }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 */
export function paint(canvas, picture) {
    const { widthPx, heightPx, greys } = picture
    if (canvas.width !== widthPx || canvas.height !== heightPx) {
        canvas.width = widthPx
        canvas.height = heightPx
    }
    const context = canvas.getContext("2d")
    if (!context) return
    const image = context.createImageData(widthPx, heightPx)
    const pixels = new Uint32Array(image.data.buffer)
    for (let i = 0; i < greys.length; i++) pixels[i] = 0xff000000 | ((greys[i] ?? 0) * 0x010101)
    context.putImageData(image, 0, 0)
}

/**
 * Ruler, R waves and border over a cross-section.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {boolean} withBorder
 */
export function drawOver(canvas, picture, withBorder) {
    const context = canvas.getContext("2d")
    if (!context) return
    const side = canvas.width
    context.clearRect(0, 0, side, side)
    if (picture.oneWay) return
    const pxPerMm = side / (picture.widthPx * picture.mmPerPxX)
    const middle = side / 2
    if (withBorder && picture.borderMm?.length)
        drawBorder(context, middle, pxPerMm, picture.borderMm)
    drawRuler(context, side, pxPerMm)
    for (const degrees of picture.triggersDeg ?? []) drawTrigger(context, middle, degrees)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} middle
 * @param {number} pxPerMm
 * @param {readonly number[]} borderMm
 */
function drawBorder(context, middle, pxPerMm, borderMm) {
    context.beginPath()
    borderMm.forEach((radiusMm, i) => {
        const angle = (2 * Math.PI * i) / borderMm.length
        context.lineTo(
            middle + radiusMm * pxPerMm * Math.cos(angle),
            middle + radiusMm * pxPerMm * Math.sin(angle)
        )
    })
    context.closePath()
    context.strokeStyle = BORDER
    context.lineWidth = 2
    context.stroke()
}

/**
 * Millimetres through the catheter, along both axes; fives are longer.
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {number} pxPerMm
 */
function drawRuler(context, side, pxPerMm) {
    const middle = side / 2
    context.strokeStyle = RULER
    context.lineWidth = 1.5
    context.beginPath()
    for (let mm = 1; mm * pxPerMm < middle; mm++) {
        const half = mm % 5 === 0 ? 9 : 4
        for (const at of [middle - mm * pxPerMm, middle + mm * pxPerMm]) {
            context.moveTo(at, middle - half)
            context.lineTo(at, middle + half)
            context.moveTo(middle - half, at)
            context.lineTo(middle + half, at)
        }
    }
    context.stroke()
}

/**
 * A mark at the rim where the line looked that fired first after the R wave.
 * @param {CanvasRenderingContext2D} context
 * @param {number} middle
 * @param {number} degrees
 */
function drawTrigger(context, middle, degrees) {
    const angle = (degrees * Math.PI) / 180
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    context.beginPath()
    context.moveTo(middle + 0.9 * middle * x, middle + 0.9 * middle * y)
    context.lineTo(middle + 0.99 * middle * x, middle + 0.99 * middle * y)
    context.strokeStyle = RWAVE
    context.lineWidth = 8
    context.stroke()
}
