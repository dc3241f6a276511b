// What disturbs single A-lines of a frame: a guidewire with its shadow, damaged A-lines, a side lobe.

import type { ImagingGeometry, PolarFrame } from "../../../src/host/picture/picture"

type Spoil = (frame: PolarFrame, geometry: ImagingGeometry) => void

/** Reproducible noise, 0..1. */
function noise(n: number): number {
    const s = Math.sin(n * 12.9898) * 43758.5453
    return s - Math.floor(s)
}

/** Sets codes of a sector from a radius outwards. */
function sector(
    fromLine: number,
    lines: number,
    fromMm: number,
    code: (mm: number, place: number) => number
): Spoil {
    return ({ codes, index }, { samplesPerLine: samples, sampleSpacingMm, linesPerFrame }) => {
        for (let i = fromLine; i < fromLine + lines; i++)
            for (let k = Math.ceil(fromMm / sampleSpacingMm); k < samples; k++) {
                const at = (i % linesPerFrame) * samples + k
                codes[at] = code(k * sampleSpacingMm, at + index * 7919)
            }
    }
}

const wire = (atMm: number): ((mm: number, place: number) => number) => {
    return (mm, place) => (mm < atMm + 0.14 ? 235 : 20 * noise(place))
}

/** By name; each in every frame. */
export const SPOILED: Readonly<Record<string, Spoil>> = {
    "guidewire 1 mm from the catheter's centre, 20° wide, and its shadow": sector(
        ...([40, 14, 0.95, wire(0.95)] as const)
    ),
    "guidewire that turns by 0.4° a frame": (frame, geometry) =>
        sector(40 + Math.floor(0.3 * frame.index), 14, 0.95, wire(0.95))(frame, geometry),
    "three bright A-lines": sector(100, 3, 0.55, () => 230),
    "five dark A-lines": sector(100, 5, 0.55, () => 0),
    "3 % of the A-lines, noise only": (frame, geometry) => {
        for (let i = 0; i < geometry.linesPerFrame; i++)
            if (noise(frame.index * 256 + i) < 0.03)
                sector(i, 1, 0.55, (_, place) => 255 * noise(place))(frame, geometry)
    },
    "shadow of 56° behind the wall": sector(60, 40, 3.6, () => 15),
    "side lobe 1 mm before the wall, 20 dB above blood": (frame, geometry) => {
        const { samplesPerLine: samples, sampleSpacingMm } = geometry
        const at = Math.round(2 / sampleSpacingMm)
        for (let i = 60; i < 90; i++) frame.codes.fill(120, i * samples + at, i * samples + at + 3)
    },
}
