// The end of a session that board or host refused to continue.

import type { HelloBeginning } from "./foreign-hello"

export interface Closing {
    readonly reason: number
    readonly by: "board" | "host"
    /** What every firmware version tells of itself, where its hello was received. */
    readonly hello?: HelloBeginning | undefined
}
