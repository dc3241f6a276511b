// The page of the console: its path says what it shows.

import "./styles/base.css"
import "./styles/layout.css"
import "./styles/stage.css"
import "./styles/along.css"
import "./styles/review.css"
import "./styles/calipers.css"
import "./styles/compare.css"
import "./styles/edits.css"
import "./styles/live.css"
import "./styles/runs.css"
import "./styles/sizes.css"
import { ConsoleSocket } from "./data/socket"
import { comparePage } from "./compare/compare-page"
import { livePage } from "./live/live-page"
import { reviewPage } from "./review/review-page"
import { runsPage } from "./runs/runs-page"

const [, kind, id = "", other = ""] = location.pathname.split("/").map(decodeURIComponent)
const socket = new ConsoleSocket()
if (kind === "run") void reviewPage(id, socket)
else if (kind === "compare") void comparePage([id, other], socket)
else if (kind === "live") livePage(socket)
else void runsPage(socket)
