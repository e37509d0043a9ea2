<?php

echo 'forum';
