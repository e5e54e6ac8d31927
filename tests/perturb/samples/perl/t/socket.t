use Test::More tests => 1;
use File::Spec;
use IO::Socket::UNIX;
# Servers that never come up, named as test suites name them: by the number of the test, or of what runs it.
my $name = File::Spec->tmpdir . "/knot";
my @up = grep { defined } map { scalar IO::Socket::UNIX->new(Peer => "$name.$_") } $$, "$$.1", getppid();
is(scalar @up, 0);
