// Decodes what all frames of a run have in common.

import type { SceneJson } from "../../run/run-json"
import type { Scene } from "../render/types"

export function sceneOf({ geometry, fixedDirection, ringDown }: SceneJson): Scene {
    const codes = Uint8Array.from(atob(ringDown.codes), char => char.charCodeAt(0))
    return { geometry, fixedDirection, ringDown: { ...ringDown, codes } }
}
