# SPDX-License-Identifier: BSD-2-Clause
# Of gcovr's JSON, lines with branches that were not reached: file, line number, how many.

.files[] | .file as $file | .lines[] | .line_number as $line
| ([.branches[]? | select(.count == 0)] | length) as $missed
| select($missed != 0)
| "\($file)\t\($line)\t\($missed)"
