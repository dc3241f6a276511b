// The user of this computer, who is named for edits where nobody else is.

import { userInfo } from "node:os"
import { logText } from "../log/log-text"

export function userName(): string {
    try {
        return logText(userInfo().username).slice(0, 64) || "unknown"
    } catch {
        // A user without a name on this computer.
        return "unknown"
    }
}
