Gem::Specification.new do |gem|
  gem.name, gem.version, gem.summary, gem.authors = 'leaf', '1.0', 'Leaves', ['Nobody']
  gem.files, gem.license, gem.homepage = ['lib/leaf.rb'], 'MIT', 'https://leaf.example'
end
