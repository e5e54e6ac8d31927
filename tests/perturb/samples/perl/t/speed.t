use Test::More tests => 1;
use Knot;
is(Knot::speed(0), 0);
