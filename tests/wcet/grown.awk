# SPDX-License-Identifier: BSD-2-Clause
# awk -v more=levels|lines -v levels=N -v lines=N -v facts=FILE -f grown.awk facts.txt FACTS:
# FACTS, which facts.awk has made of facts.txt, as of a system with so many levels of deadlines
# more, or so many lines.
BEGIN { FS = OFS = "|" }
FILENAME == facts { text[FNR] = $4; next }
$2 == "loop" || $2 == "body" || $2 == "total" {
    if (more == "levels" && text[$1] ~ /LOG2\(PLACES\)/) $5 += levels
    if (more == "lines" && text[$1] ~ /IRQ_MAX/) $5 += lines
}
{ print }
