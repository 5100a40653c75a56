// SPDX-License-Identifier: AGPL-3.0-or-later

// The page of a permanent reference: what has to be written can be copied.

import { copiers } from "./copy.js";

copiers();
