/** @file Where the page begins. */

import { render } from "preact";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/cards.css";
import "./styles/settings.css";
import "./styles/results.css";
import { App } from "./app.js";
import { open } from "./state/conduct.js";

render(<App />, document.getElementById("lab")!);
open();
