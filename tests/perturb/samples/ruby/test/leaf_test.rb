require 'minitest/autorun'
require 'tmpdir'
require 'tempfile'
require_relative '../lib/leaf'

class LeafTest < Minitest::Test
  def test_count = assert_equal(3, Leaf.count)

  def test_temporary_script
    Dir.mktmpdir do |scratch|
      File.write("#{scratch}/run.rb", 'exit')
      assert system(Gem.ruby, "#{scratch}/run.rb")
    end
    Tempfile.create(['leaf', '.rb']) { |file| assert system(Gem.ruby, file.path) }
  end
end
