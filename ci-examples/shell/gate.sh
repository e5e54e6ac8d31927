#!/bin/sh
# For a CI that only runs a shell: gate.sh [BASE]. Exits as `buildprint gate` does, with the reports in ./reports.
set -u
base=${1:-origin/main}

make || exit
buildprint gate --name tests --base "$base" --report-dir reports -- make test
verdict=$?
case $verdict in
0) echo "nothing new" ;;
1) echo "the tests do something new: see reports/tests.html; if that is right: buildprint accept --all --reason '...'" ;;
3) echo "no baseline yet: copy reports/tests.json.new to .buildprint/tests.json and commit it" ;;
4) echo "the recording is incomplete, which is no pass: see above for what was lost" ;;
*) echo "buildprint failed" ;;
esac
exit $verdict
