package Knot;
our $VERSION = '1.0';
sub speed { 1.852 * shift }
1;
