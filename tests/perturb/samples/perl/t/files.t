use Test::More tests => 1;
use File::Temp qw(tempdir tempfile);
my ($handle, $name) = tempfile();
my $directory = tempdir(CLEANUP => 1);
open(my $script, '>', "$directory/run.pl");
print $script "exit 0\n";
close $script;
is(system($^X, "$directory/run.pl"), 0);
unlink $name;
