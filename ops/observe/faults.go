// SPDX-License-Identifier: AGPL-3.0-or-later

package observe

import "errors"

// errHangs says that a probe did not come back in time.
var errHangs = errors.New("no answer in two seconds, or the question before is not answered yet")
