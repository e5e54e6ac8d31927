module Leaf
  def self.count = 3
end
