// SPDX-License-Identifier: AGPL-3.0-or-later

// The page that shows a token once: its text can be copied.

import { copiers } from "./copy.js";

copiers();
