# Sourced by the comparisons: runs their candidates in turn, round after round, and prints medians.
# $round is the round in hand, for places of its own. A candidate is a function run_NAME; prepare_NAME, if there is one, runs before it, not timed.

# rounds COUNT NAME...: fills $samples with "NAME NANOSECONDS" lines.
rounds() {
  count=$1
  shift
  round=0
  while [ "$round" -le "$count" ]; do # round 0 warms the caches and is thrown away
    for name in "$@"; do
      ! command -v "prepare_$name" >/dev/null || "prepare_$name"
      sync # what another left to be written must not be waited for here
      began=$(date +%s%N)
      "run_$name"
      ended=$(date +%s%N)
      [ "$round" -eq 0 ] || echo "$name $((ended - began))" >>"$samples"
    done
    round=$((round + 1))
  done
}

# table REFERENCE: a line for each candidate: median, minimum, maximum in ms, and the median of the
# ratios to the reference, round by round.
table() {
  awk -v reference="$1" '
    function sorted(list, n,   i, j, t) {
      for (i = 2; i <= n; i++) {
        t = list[i]
        for (j = i - 1; j >= 1 && list[j] > t; j--) list[j + 1] = list[j]
        list[j + 1] = t
      }
    }
    function median(list, n) {
      return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
    }
    { if (!($1 in n)) order[++names] = $1; sample[$1, ++n[$1]] = $2 / 1e6 }
    END {
      printf "%-22s %10s %10s %10s %18s\n", "", "median ms", "min", "max", "ratio to " reference
      for (k = 1; k <= names; k++) {
        name = order[k]
        for (i = 1; i <= n[name]; i++) {
          ms[i] = sample[name, i]
          ratio[i] = sample[name, i] / sample[reference, i]
        }
        sorted(ms, n[name]); sorted(ratio, n[name])
        printf "%-22s %10.1f %10.1f %10.1f %18.2f\n", name, median(ms, n[name]), ms[1], \
          ms[n[name]], median(ratio, n[name])
      }
    }' "$samples"
}
