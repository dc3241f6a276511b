// The icons: outlines on a square of 24.

import { s } from "../dom"

const PATHS = {
    back: "M15 5l-7 7 7 7",
    forward: "M9 5l7 7-7 7",
    first: "M18 5l-7 7 7 7M6 5v14",
    last: "M6 5l7 7-7 7M18 5v14",
    play: "M7 4l13 8-13 8z",
    pause: "M7 4v16M17 4v16",
    loop: "M20 8a8 8 0 0 0-15 1M4 16a8 8 0 0 0 15-1M20 3v5h-5M4 21v-5h5",
    dot: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8",
    check: "M4 12l6 6L20 6",
    cross: "M5 5l14 14M19 5L5 19",
    compare: "M3 4h8v16H3zM13 4h8v16h-8z",
    export: "M12 3v12M7 8l5-5 5 5M5 14v6h14v-6",
    help: "M9 9a3 3 0 1 1 4 3c-1 .6-1 1.200-1 2M12 18v.01M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20",
    move: "M6 3l12 9-5 1 3 6-3 1.500-3-6-4 3z",
    distance: "M4 20L20 4M2 16l6 6M16 2l6 6",
    area: "M12 3l8 6-3 10H7L4 9z",
    angle: "M20 20H4L15 5M10 20a7 7 0 0 0-3-5",
    border: "M4 17a9 9 0 0 1 16 0M3 19h3v-3H3zM18 19h3v-3h-3zM10.500 9h3V6h-3z",
    mark: "M6 21V4h12l-3 4 3 4H6",
    undo: "M9 5L4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3",
    panels: "M6 6l6 6-6 6M13 6l6 6-6 6",
    plane: "M12 2v20M8 5l4-3 4 3M8 19l4 3 4-3",
    down: "M6 9l6 6 6-6",
    right: "M9 6l6 6-6 6",
    warning: "M12 3L2 21h20zM12 10v5M12 18v.01",
    freeze: "M12 2v20M4 7l16 10M20 7L4 17",
    camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
    bell: "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
    silent: "M4 9h4l5-5v16l-5-5H4zM17 9l5 6M22 9l-5 6",
    stop: "M8 2h8l6 6v8l-6 6H8l-6-6V8z",
    arrow: "M4 12h16M14 6l6 6-6 6",
    lock: "M6 11h12v10H6zM8 11V8a4 4 0 0 1 8 0v3",
    link: "M9 15l6-6M11 6l2-2a5 5 0 0 1 7 7l-2 2M13 18l-2 2a5 5 0 0 1-7-7l2-2",
    pulse: "M2 12h5l2-6 4 12 3-8 1.500 2H22",
    search: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M15 15l6 6",
    send: "M3 11l18-8-8 18-2-8z",
    report: "M6 3h9l4 4v14H6zM9 12h7M9 16h7",
    open: "M4 5h6l2 3h8v11H4z",
} as const

export type IconName = keyof typeof PATHS

export function icon(name: IconName): SVGSVGElement {
    return s(
        "svg",
        { class: "i", viewBox: "0 0 24 24", "aria-hidden": "true" },
        s("path", { d: PATHS[name] })
    )
}
